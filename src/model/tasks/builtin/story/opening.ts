import { fixed, oneOf, ranked } from './chance';
import { someone, villageOf } from './people';
import { changed, He, type StoryRule } from './state';
import { COLOURS, HOMES, NUMBERS, PLEASURES, SIZES, THINGS } from './words';

/** `Long ago in Ramoki there was a shy girl named Mia. She lived in a small hut. She had two red balls.` */
export const opening: StoryRule = fixed(() =>
  [
    { weight: 4, text: 'In ' },
    { weight: 3, text: 'Once upon a time in ' },
    { weight: 2, text: 'Long ago in ' },
  ].map((way) => ({
    ...way,
    next: [villageOf('hero', ' '), there, someone('hero'), '.', circumstances, belonging],
  })),
);

const there: StoryRule = fixed(() => [
  { weight: 1, text: 'there was a ' },
  { weight: 1, text: 'there lived a ' },
]);

/** What the hero loves, if it is told, and where the hero lives. */
const circumstances: StoryRule = ({ hero }) => [
  { weight: 2, text: ` ${He(hero)} loved to `, next: [pleasure, ' and lived in a', home] },
  { weight: 3, text: ` ${He(hero)} lived in a`, next: [home] },
];

const pleasure: StoryRule = oneOf(PLEASURES, (word) => ({
  text: word,
  set: () => ({ pleasure: word }),
}));

const home: StoryRule = oneOf(SIZES, (size) => ({
  text: `${size === 'old' ? 'n' : ''} ${size} `,
  set: () => ({ word: size }),
  next: [dwelling],
}));

const dwelling: StoryRule = oneOf(HOMES, (kind) => ({
  text: `${kind}.`,
  set: ({ word }) => ({ home: `${word} ${kind}` }),
}));

/** What the hero has from the start. */
const belonging: StoryRule = ({ hero }) =>
  ranked([2, 3, 1, 4, 5, 6, 7], (count) => ({
    text: ` ${He(hero)} had ${count === 1 ? 'a' : NUMBERS[count]} `,
    set: () => ({ count }),
    next: [colour],
  }));

const colour: StoryRule = oneOf(COLOURS, (word) => ({
  text: `${word} `,
  set: () => ({ word }),
  next: [thing],
}));

const thing: StoryRule = ({ count }) =>
  ranked(THINGS, (noun) => ({
    text: `${count === 1 ? noun.one : noun.many}.`,
    set: (story) => changed(story, 'hero', { bag: [{ count, colour: story.word, noun }] }),
  }));
