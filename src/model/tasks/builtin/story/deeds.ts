import { fixed, ranked, scaled } from './chance';
import { idling } from './idling';
import { someone, villageOf } from './people';
import { going } from './places';
import { question } from './questions';
import { speaking } from './speech';
import { changed, type Story, type StoryRule, speaker, together } from './state';
import { canFind, canGive, finding, giving, losing } from './trading';
import { MANNERS } from './words';

/** What the subject does, and perhaps how: `slowly went to the old mill.` */
export const predicate: StoryRule = (now) => [...deed(now), ...manner(now)];

const manner: StoryRule = fixed(() =>
  scaled(
    6,
    ranked(MANNERS, (word) => ({ text: `${word} `, next: [deed] })),
  ),
);

const deed: StoryRule = (now) => {
  const listened = together(now);
  return [
    ...going(now),
    { weight: canFind(speaker(now)) ? 3 : 0, text: 'found ', next: [finding] },
    { weight: canGive(now) ? 3 : 0, text: 'gave ', next: [giving] },
    { weight: speaker(now).bag.length > 0 ? 1 : 0, text: 'lost ', next: [losing] },
    { weight: now.friend.name === '' ? 6 : 0, text: 'met a ', next: [newFriend, meeting] },
    ...(listened ? speaking(now) : []),
    { weight: listened ? 3 : 0, text: 'asked, "', next: [question] },
    ...idling(now),
  ];
};

const newFriend = someone('friend');

const friendIsHere = (now: Story) => changed(now, 'friend', { place: now.hero.place });

/** The friend may be from somewhere. */
const meeting: StoryRule = fixed(() => [
  { weight: 1, text: '.', set: friendIsHere },
  { weight: 1, text: ' from ', set: friendIsHere, next: [villageOf('friend', '.')] },
]);
