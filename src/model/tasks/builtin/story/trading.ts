import { gain, givable, handOver, hasRoom, lose, named } from './belongings';
import { oneOf, ranked } from './chance';
import { spot } from './places';
import {
  BAG,
  type Belonging,
  listener,
  MOST,
  type Person,
  type Story,
  type StoryRule,
  speaker,
  together,
  type Ways,
} from './state';
import { COLOURS, NUMBERS, THINGS } from './words';

/** `found two more red balls under the tree.` */
export const finding: StoryRule = (story) => {
  const { bag } = speaker(story);
  const room = bag.length < BAG;
  const most = Math.max(room ? MOST_FOUND : 0, ...bag.map(roomFor));
  return [
    { weight: room ? 2 : 0, text: 'a ', set: () => ({ count: 1 }), next: [colour, spot] },
    {
      weight: bag.some((item) => roomFor(item) > 0) ? 1 : 0,
      text: 'one more ',
      set: () => ({ count: 1 }),
      next: [more, spot],
    },
    ...[2, 3, 4, 5].map((count) => ({
      weight: count <= most ? 2 / count : 0,
      text: `${NUMBERS[count]} `,
      set: () => ({ count }),
      next: [moreOrNew, spot],
    })),
  ];
};

/** How many more of their things of one kind someone can find. */
const roomFor = ({ count }: Belonging): number => Math.min(MOST_FOUND, MOST - count);
const MOST_FOUND = 5;

export const canFind = ({ bag }: Person): boolean =>
  bag.length < BAG || bag.some((item) => roomFor(item) > 0);

const moreOrNew: StoryRule = (story) => [
  ...more(story).map((way) => ({ ...way, text: `more ${way.text}` })),
  ...(speaker(story).bag.length < BAG ? colour(story) : []),
];

const more: StoryRule = (story) =>
  speaker(story)
    .bag.filter((item) => hasRoom(speaker(story), item, story.count))
    .map((item) => ({
      weight: 1,
      text: named({ ...item, count: story.count }),
      set: (now) => gain(now, now.subject, item, now.count),
    }));

const colour: StoryRule = oneOf(COLOURS, (word) => ({
  text: `${word} `,
  set: () => ({ word }),
  next: [newThing],
}));

/** A kind that they do not have yet: of one that they have they find more. */
const newThing: StoryRule = (story) => {
  const form = story.count === 1 ? 'one' : 'many';
  const owned = speaker(story).bag.filter(({ colour }) => colour === story.word);
  return THINGS_BY_FORM[form](story).filter(
    ({ text }) => !owned.some(({ noun }) => noun[form] === text),
  );
};

const thing = (form: 'one' | 'many'): StoryRule =>
  oneOf(THINGS, (noun) => ({
    text: noun[form],
    set: (now) => gain(now, now.subject, { count: now.count, colour: now.word, noun }, now.count),
  }));

const THINGS_BY_FORM = { one: thing('one'), many: thing('many') };

/** `lost one red ball near the gate.` */
export const losing: StoryRule = (story) =>
  amountOf(speaker(story).bag, (item, count) => ({
    text: named({ ...item, count }),
    set: (now) => lose(now, now.subject, item, count),
    next: [spot],
  }));

/** Whether the subject has anything that the other is there to receive. */
export const canGive = (story: Story): boolean =>
  together(story) && givable(story, story.subject).length > 0;

/** `gave two red balls to Ben.` */
export const giving: StoryRule = (story) =>
  amountOf(givable(story, story.subject), (item, count) => ({
    text: `${named({ ...item, count })} to ${listener(story).name}.`,
    set: (now) => handOver(now, now.subject, item, count),
  }));

/** `two red balls` out of some: first how many, then of those of which there are so many. */
export function amountOf(
  items: readonly Belonging[],
  way: (item: Belonging, count: number) => Omit<Ways[number], 'weight'>,
): Ways {
  const most = Math.max(...items.map(({ count }) => count));
  return ranked(NUMBERS.slice(1, most + 1), (number) => ({
    text: `${number} `,
    next: [
      () => {
        const count = NUMBERS.indexOf(number);
        const enough = items.filter((item) => item.count >= count);
        return enough.map((item) => ({ weight: 1, ...way(item, count) }));
      },
    ],
  }));
}
