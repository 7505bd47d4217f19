import { spot } from './places';
import {
  BAG,
  type Belonging,
  hasRoom,
  held,
  MOST,
  NOTHING,
  named,
  other,
  type Person,
  type Role,
  ranked,
  type Story,
  type StoryRule,
  together,
  type Ways,
  withItems,
} from './state';
import { COLOURS, NUMBERS, THINGS } from './words';

/** `found two more red balls under the tree.` */
export const finding: StoryRule = (story) => {
  const person = story[story.subject];
  const room = person.bag.length < BAG;
  const most = Math.max(room ? MOST_FOUND : 0, ...person.bag.map(roomFor));
  return [
    { weight: room ? 0.15 : 0, text: 'a ', set: { count: 1 }, next: [foundColour, spot] },
    {
      weight: person.bag.some((item) => roomFor(item) > 0) ? 0.1 : 0,
      text: 'one more ',
      set: { count: 1 },
      next: [moreOfSame, spot],
    },
    ...ranked(
      [2, 3, 4, 5].filter((count) => count <= most),
      (count) => ({
        text: `${NUMBERS[count]} `,
        set: { count },
        next: [moreOrNew, spot],
      }),
    ),
  ];
};

/** How many more of their things of one kind someone can find. */
const roomFor = ({ count }: Belonging): number => Math.min(MOST_FOUND, MOST - count);
const MOST_FOUND = 5;

export const canFind = ({ bag }: Person): boolean =>
  bag.length < BAG || bag.some((item) => roomFor(item) > 0);

const moreOrNew: StoryRule = (story) => [
  ...growing(story).map((item) => ({
    weight: 1,
    text: `more ${item.colour} ${item.noun.many}`,
    set: gained(story, item),
  })),
  ...(story[story.subject].bag.length < BAG ? foundColour(story) : []),
];

const moreOfSame: StoryRule = (story) =>
  growing(story).map((item) => ({
    weight: 1,
    text: `${item.colour} ${item.noun.one}`,
    set: gained(story, item),
  }));

const growing = (story: Story): readonly Belonging[] =>
  story[story.subject].bag.filter((item) => hasRoom(story[story.subject], item, story.count));

const foundColour: StoryRule = () =>
  ranked(COLOURS, (word) => ({ text: `${word} `, set: { word }, next: [foundThing] }));

const foundThing: StoryRule = (story) => {
  const { count, word, subject } = story;
  const isNew = (item: Belonging) => held(story[subject], item) === 0;
  return ranked(THINGS.map((noun) => ({ count, colour: word, noun })).filter(isNew), (item) => ({
    text: count === 1 ? item.noun.one : item.noun.many,
    set: gained(story, item),
  }));
};

/** The subject has `story.count` more of an item. */
function gained(story: Story, item: Belonging): Partial<Story> {
  const { subject, count } = story;
  return {
    [subject]: withItems(story[subject], item, count),
    mood: { ...story.mood, [subject]: 'glad' },
    echo: { kind: 'bag', of: [subject] },
  };
}

/** `lost one red ball near the gate.` */
export const losing: StoryRule = (story) => {
  const most = Math.max(...story[story.subject].bag.map(({ count }) => count));
  return counts(most, [lostThing, spot]);
};

const lostThing: StoryRule = (story) => {
  const { subject, count } = story;
  return itemsOf(story, subject, count).map((item) => ({
    weight: 1,
    text: named({ ...item, count }),
    set: {
      [subject]: withItems(story[subject], item, -count),
      mood: { ...story.mood, [subject]: 'sad' },
      echo: { kind: 'bag', of: [subject] },
    },
  }));
};

/** Whether the subject has anything that the other is there to receive. */
export const canGive = (story: Story): boolean =>
  together(story) && mostGiven(story, story.subject) > 0;

/** `gave two red balls to Ben.` */
export const giving: StoryRule = (story) => counts(mostGiven(story, story.subject), [givenThing]);

const givenThing: StoryRule = (story) => {
  const { subject, count } = story;
  return givable(story, subject, count).map((item) => ({
    weight: 1,
    text: `${named({ ...item, count })} to ${story[other(subject)].name}.`,
    set: handedOver(story, subject, item, count),
  }));
};

/** The items of which `giver` has `count`, and the other room for them. */
export const givable = (story: Story, giver: Role, count: number): readonly Belonging[] =>
  itemsOf(story, giver, count).filter((item) => hasRoom(story[other(giver)], item, count));

export function mostGiven(story: Story, giver: Role): number {
  let most = 0;
  for (const item of story[giver].bag) {
    for (let count = item.count; count > most; count--) {
      if (hasRoom(story[other(giver)], item, count)) most = count;
    }
  }
  return most;
}

export function handedOver(
  story: Story,
  giver: Role,
  item: Belonging,
  count: number,
): Partial<Story> {
  const receiver = other(giver);
  return {
    [giver]: withItems(story[giver], item, -count),
    [receiver]: withItems(story[receiver], { ...item, count: 0 }, count),
    mood: { ...story.mood, [receiver]: 'glad' },
    echo: { kind: 'bag', of: [giver, receiver] },
    item: NOTHING,
  };
}

const itemsOf = (story: Story, role: Role, count: number): readonly Belonging[] =>
  story[role].bag.filter((item) => item.count >= count);

/** `two `, of one to `most`; leaves it in `count`. */
export const counts = (most: number, next: readonly StoryRule[]): Ways =>
  ranked(
    Array.from({ length: most }, (_, i) => i + 1),
    (count) => ({ text: `${NUMBERS[count]} `, set: { count }, next }),
  );
