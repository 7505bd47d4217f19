import type { Alternative } from '../grammar';
import { bagOf } from './belongings';
import { fixed, ranked, scaled } from './chance';
import { ending } from './ending';
import { idling } from './idling';
import { opening } from './opening';
import { someone, villageOf } from './people';
import { going } from './places';
import { question } from './questions';
import { speaking } from './speech';
import {
  changed,
  He,
  he,
  type Role,
  type Story,
  type StoryRule,
  together,
  type Ways,
} from './state';
import { canFind, canGive, finding, giving, losing } from './trading';
import { MANNERS } from './words';

export { NEW_STORY } from './state';

/**
 * One story on one line: an opening, sentences, an ending. What it teaches, from near to far: spelling;
 * common words; a or an, plurals, he or she; who is where and has how many of what, so that sums come
 * out and only those who are together speak; and at the end the home and the words of the beginning.
 */
export const story: StoryRule = (start) =>
  opening(start).map((way) => ({ ...way, next: [...way.next!, sentence] }));

/** The next sentence and all after it, up to the ending. */
const sentence: StoryRule = (now) => [
  ...scaled(1, [...echoes(now), ...told(now), ...timed(now), ...weather(now)]).map((way) => ({
    ...way,
    set: (before: Story) => ({
      echo: null,
      sentences: before.sentences + 1,
      ...way.set?.(before),
    }),
    next: [...(way.next ?? []), sentence],
  })),
  ...scaled(Math.max(0, now.sentences - 5) * 0.05, ending(now)),
];

/** What follows from the last sentence: a sum, or someone who stayed behind. */
function echoes({ echo, friend, ...people }: Story): Ways {
  if (echo === null) return [];
  if (echo.kind === 'arrival') return [{ weight: 10, text: ` There was ${friend.name} again.` }];
  const sums = echo.of
    .map((role) => (role === 'hero' ? people.hero : friend))
    .map((person) => `${person.name} had ${bagOf(person)}`);
  return [{ weight: 3, text: ` Now ${sums.join(' and ')}.` }];
}

/** ` Lily found ...`, ` She found ...` */
const told = (now: Story): Ways =>
  present(now).flatMap((role) => [
    about(role, role === 'hero' ? 3 : 2, ` ${now[role].name} `),
    about(role, role === now.subject ? 3 : 0, ` ${He(now[role])} `),
  ]);

/** ` The next day she found ...` */
const timed: StoryRule = fixed(() =>
  scaled(
    2,
    ranked(['Then', 'Soon', 'Later', 'After lunch', 'One day', 'The next day'], (time) => ({
      text: ` ${time} `,
      next: [timedSubject],
    })),
  ),
);

const timedSubject: StoryRule = (now) =>
  present(now).flatMap((role) => [
    about(role, role === 'hero' ? 3 : 2, `${now[role].name} `),
    about(role, role === now.subject ? 2 : 0, `${he(now[role])} `),
  ]);

const about = (role: Role, weight: number, text: string): Alternative<Story> => ({
  weight,
  text,
  set: () => ({ subject: role }),
  next: [predicate],
});

/** Who can be told of: the story stays with the hero. */
const present = (now: Story): readonly Role[] => (together(now) ? ['hero', 'friend'] : ['hero']);

function weather({ raining }: Story): Ways {
  return raining
    ? [
        { weight: 1, text: ' The rain stopped.', set: () => ({ raining: false }) },
        { weight: 0.5, text: ' It was still raining.' },
      ]
    : [{ weight: 0.4, text: ' It began to rain.', set: () => ({ raining: true }) }];
}

/** What the subject does, and perhaps how. */
const predicate: StoryRule = (now) => [...deeds(now), ...manners(now)];

const manners: StoryRule = fixed(() =>
  scaled(
    6,
    ranked(MANNERS, (manner) => ({ text: `${manner} `, next: [deeds] })),
  ),
);

const deeds: StoryRule = (now) => {
  const person = now[now.subject];
  const listened = together(now);
  const friendless = now.friend.name === '';
  return [
    ...scaled(5, going(now)),
    { weight: canFind(person) ? 3 : 0, text: 'found ', next: [finding] },
    { weight: canGive(now) ? 3 : 0, text: 'gave ', next: [giving] },
    { weight: person.bag.length > 0 ? 1 : 0, text: 'lost ', next: [losing] },
    { weight: friendless ? 6 : 0, text: 'met a ', next: [someone('friend'), meeting] },
    ...scaled(listened ? 5 : 0, speaking(now)),
    { weight: listened ? 3 : 0, text: 'asked, "', next: [question] },
    ...scaled(7, idling(now)),
  ];
};

/** The friend is here now, and perhaps from somewhere. */
const meeting: StoryRule = (now) => {
  const here = { place: now.hero.place };
  return [
    { weight: 1, text: '.', set: (story) => changed(story, 'friend', here) },
    {
      weight: 1,
      text: ' from ',
      set: (story) => changed(story, 'friend', here),
      next: [villageOf('friend', '.')],
    },
  ];
};
