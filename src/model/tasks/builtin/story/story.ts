import type { Alternative } from '../grammar';
import { idling, meeting } from './acts';
import { ending } from './ending';
import { opening } from './opening';
import { going } from './places';
import { asking, speaking } from './speech';
import { bagOf, He, he, type Role, type Story, type StoryRule, together, type Ways } from './state';
import { canFind, canGive, finding, giving, losing } from './things';

export { NEW_STORY } from './state';

/**
 * One story on one line: an opening, sentences, an ending. What it teaches, from near to far: spelling;
 * common words; a or an, plurals, he or she; who is where and has how many of what, so that sums come
 * out and only those who are together speak; and at the end the home and the words of the beginning.
 */
export const story: StoryRule = (start) =>
  opening(start).map((way) => ({ ...way, next: [...(way.next ?? []), sentence] }));

/** The next sentence and all after it. Every choice is written at once, as in every rule here. */
const sentence: StoryRule = (now) => [
  ...[...echoes(now), ...told(now), ...timed(), ...weather(now)].map((way) => ({
    ...way,
    set: { echo: null, sentences: now.sentences + 1, ...way.set },
    next: [...(way.next ?? []), sentence],
  })),
  ...ending(now).map((way) => ({ ...way, weight: way.weight * endingWeight(now) })),
];

const endingWeight = ({ sentences }: Story): number => Math.max(0, sentences - 4) * 2;

/** What follows from the last sentence: a sum, or someone who stayed behind. */
function echoes({ hero, friend, echo }: Story): Ways {
  if (echo === null) return [];
  if (echo.kind === 'arrival') return [{ weight: 10, text: ` ${friend.name} was still there.` }];
  const people = echo.of.map((role) => (role === 'hero' ? hero : friend));
  const sums = people.map((person) => `${person.name} had ${bagOf(person)}`);
  return [{ weight: 8, text: ` Now ${sums.join(' and ')}.` }];
}

/** ` Lily found ...`, ` She found ...` */
const told = (now: Story): Ways =>
  present(now).flatMap((role) => [
    about(role, role === 'hero' ? 3 : 2, ` ${now[role].name} `),
    about(role, role === now.subject ? 3 : 0, ` ${He(now[role])} `),
  ]);

/** ` The next day she found ...` */
const timed = (): Ways =>
  ['Then', 'Soon', 'Later', 'After lunch', 'One day', 'The next day'].map((time, rank) => ({
    weight: 2 / (rank + 3),
    text: ` ${time} `,
    next: [timedSubject],
  }));

const timedSubject: StoryRule = (now) =>
  present(now).flatMap((role) => [
    about(role, role === 'hero' ? 3 : 2, `${now[role].name} `),
    about(role, role === now.subject ? 2 : 0, `${he(now[role])} `),
  ]);

const about = (role: Role, weight: number, text: string): Alternative<Story> => ({
  weight,
  text,
  set: { subject: role },
  next: [predicate],
});

/** Who can be told of: the hero is never left alone by the story. */
const present = (now: Story): readonly Role[] => (together(now) ? ['hero', 'friend'] : ['hero']);

function weather({ raining }: Story): Ways {
  return raining
    ? [
        { weight: 1, text: ' The rain stopped.', set: { raining: false } },
        { weight: 0.5, text: ' It was still raining.' },
      ]
    : [{ weight: 0.4, text: ' It began to rain.', set: { raining: true } }];
}

/** What the subject does. */
const predicate: StoryRule = (now) => {
  const person = now[now.subject];
  const hasListener = together(now);
  return [
    ...scaled(5, going(now)),
    { weight: canFind(person) ? 3 : 0, text: 'found ', next: [finding] },
    { weight: canGive(now) ? 3 : 0, text: 'gave ', next: [giving] },
    { weight: person.bag.length > 0 ? 1 : 0, text: 'lost ', next: [losing] },
    {
      weight: now.friend.name === '' && now.subject === 'hero' ? 6 : 0,
      text: 'met a ',
      next: [meeting],
    },
    ...scaled(hasListener ? 4 : 0, speaking(now)),
    ...scaled(hasListener ? 4 : 0, asking(now)),
    ...scaled(4, idling(now)),
  ];
};

/** The same ways with weights that sum to `sum`. */
function scaled(sum: number, ways: Ways): Ways {
  const total = ways.reduce((so, way) => so + way.weight, 0);
  return ways.map((way) => ({ ...way, weight: (way.weight * sum) / total }));
}
