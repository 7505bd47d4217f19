import { bagOf } from './belongings';
import { fixed, ranked, scaled } from './chance';
import { predicate } from './deeds';
import { ending } from './ending';
import { opening } from './opening';
import { He, he, type Role, type Story, type StoryRule, together, type Ways } from './state';

export { NEW_STORY } from './state';

/**
 * One story on one line: an opening, sentences, an ending. What it teaches, from near to far: spelling;
 * common words; a or an, plurals, he or she; who is where and has how many of what, so that sums come
 * out and only those who are together speak; and at the end the home and the words of the beginning.
 */
export const story: StoryRule = (start) =>
  opening(start).map((way) => ({ ...way, next: [...way.next!, sentence] }));

/** The next sentence and all after it, up to the ending, which becomes likelier each time. */
function sentence(now: Story): Ways {
  return [
    ...echoes(now),
    ...told(now),
    ...timed(now),
    ...(now.raining ? RAIN : SUN),
    ...(now.sentences > 5 ? scaled(0.6 * (now.sentences - 5), ending(now)) : []),
  ];
}

/** What each sentence does to the state: the one before it is no longer echoed. */
const begun = ({ sentences }: Story): Partial<Story> => ({ echo: null, sentences: sentences + 1 });

/** What follows from the last sentence: a sum, or someone who stayed behind. */
function echoes({ echo, hero, friend }: Story): Ways {
  if (echo === null) return [];
  const following = { set: begun, next: [sentence] };
  if (echo.kind === 'arrival') {
    return [{ weight: 10, text: ` There was ${friend.name} again.`, ...following }];
  }
  const sums = echo.of
    .map((role) => (role === 'hero' ? hero : friend))
    .map((person) => `${person.name} had ${bagOf(person)}`);
  return [{ weight: 3, text: ` Now ${sums.join(' and ')}.`, ...following }];
}

/** Who can be told of: the story stays with the hero. */
const present = (now: Story): readonly Role[] => (together(now) ? ['hero', 'friend'] : ['hero']);

const beginWith = (subject: Role) => ({
  set: (now: Story) => ({ ...begun(now), subject }),
  next: [predicate, sentence],
});
const BEGIN_WITH = { hero: beginWith('hero'), friend: beginWith('friend') };

/** ` Lily found ...`, ` She found ...` */
const told: StoryRule = (now) =>
  present(now).flatMap((role) => [
    { weight: role === 'hero' ? 3 : 2, text: ` ${now[role].name} `, ...BEGIN_WITH[role] },
    { weight: role === now.subject ? 3 : 0, text: ` ${He(now[role])} `, ...BEGIN_WITH[role] },
  ]);

const goOnWith = (subject: Role) => ({ set: () => ({ subject }), next: [predicate] });
const GO_ON_WITH = { hero: goOnWith('hero'), friend: goOnWith('friend') };

/** ` The next day she found ...` */
const timed: StoryRule = fixed(() =>
  scaled(
    2,
    ranked(['Then', 'Soon', 'Later', 'After lunch', 'One day', 'The next day'], (time) => ({
      text: ` ${time} `,
      set: begun,
      next: [timedSubject, sentence],
    })),
  ),
);

const timedSubject: StoryRule = (now) =>
  present(now).flatMap((role) => [
    { weight: role === 'hero' ? 3 : 2, text: `${now[role].name} `, ...GO_ON_WITH[role] },
    { weight: role === now.subject ? 2 : 0, text: `${he(now[role])} `, ...GO_ON_WITH[role] },
  ]);

const weather = (raining: boolean) => ({
  set: (now: Story) => ({ ...begun(now), raining }),
  next: [sentence],
});
const SUN: Ways = [{ weight: 0.4, text: ' It began to rain.', ...weather(true) }];
const RAIN: Ways = [
  { weight: 1, text: ' The rain stopped.', ...weather(false) },
  { weight: 0.5, text: ' It was still raining.', ...weather(true) },
];
