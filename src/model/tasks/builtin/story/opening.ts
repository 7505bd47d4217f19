import { always } from '../grammar';
import { He, type Person, ranked, type Story, type StoryRule, type Ways } from './state';
import {
  ANIMALS,
  BOYS,
  COLOURS,
  GIRLS,
  HOMES,
  NATURES,
  NUMBERS,
  PLEASURES,
  SIZES,
  THINGS,
} from './words';

/** `Once upon a time there was a shy girl named Mia. She lived in a small hut. She had two red balls.` */
export const opening: StoryRule = () => BEGINNINGS;

const kind: StoryRule = ({ hero }) => [
  ...['girl', 'boy'].map((human) => ({
    weight: 3,
    text: human,
    set: { hero: { ...hero, kind: human } },
    next: NAMED,
  })),
  ...ANIMALS.map((animal) => ({
    weight: 0.5,
    text: animal,
    set: { hero: { ...hero, kind: animal } },
    next: NAMED,
  })),
];

const naming: StoryRule = () => [
  { weight: 3, text: ' named ' },
  { weight: 1, text: ' called ' },
];

const heroName: StoryRule = ({ hero }) =>
  names(hero, '', ({ person }) => ({ hero: { ...person, place: 'home' } }));

/** The names that fit a person; animals may have any. Each is followed by `after`. */
export function names(
  person: Person,
  taken: string,
  set: (story: { person: Person }) => Partial<Story>,
): Ways {
  const of = (list: readonly string[], female: boolean) =>
    ranked(list, (name) => ({
      text: `${name}.`,
      set: set({ person: { ...person, name, female } }),
    }));
  return [
    ...(person.kind === 'boy' ? [] : of(GIRLS, true)),
    ...(person.kind === 'girl' ? [] : of(BOYS, false)),
  ].filter(({ text }) => text !== `${taken}.`);
}

/** What the hero loves, if it is told, and where the hero lives. */
const circumstances: StoryRule = ({ hero }) => [
  {
    weight: 2,
    text: ` ${He(hero)} loved to `,
    next: [pleasure, always(() => ` and lived in a`), home],
  },
  { weight: 3, text: ` ${He(hero)} lived in a`, next: [home] },
];

const pleasure: StoryRule = () =>
  ranked(PLEASURES, (word) => ({ text: word, set: { pleasure: word } }));

const home: StoryRule = () =>
  ranked(SIZES, (size) => ({
    text: `${size.startsWith('o') ? 'n' : ''} ${size} `,
    set: { word: size },
    next: [homeKind],
  }));

const homeKind: StoryRule = ({ word }) =>
  ranked(HOMES, (dwelling) => ({ text: `${dwelling}.`, set: { home: `${word} ${dwelling}` } }));

/** What the hero has from the start. */
const belonging: StoryRule = ({ hero }) =>
  ranked([2, 3, 1, 4, 5, 6, 7], (count) => ({
    text: ` ${He(hero)} had ${count === 1 ? 'a' : NUMBERS[count]} `,
    set: { count },
    next: [colour],
  }));

const colour: StoryRule = () =>
  ranked(COLOURS, (word) => ({ text: `${word} `, set: { word }, next: [thing] }));

const thing: StoryRule = ({ hero, word, count }) =>
  ranked(THINGS, (noun) => ({
    text: `${count === 1 ? noun.one : noun.many}.`,
    set: { hero: { ...hero, bag: [{ count, colour: word, noun }] } },
  }));

const NAMED = [naming, heroName, circumstances, belonging];

const nature: StoryRule = () => ranked(NATURES, (word) => ({ text: `${word} `, next: [kind] }));

const BEGINNINGS: Ways = [
  { weight: 5, text: 'Once upon a time there was a ', next: [nature] },
  { weight: 3, text: 'Long ago there lived a ', next: [nature] },
  { weight: 2, text: 'There once was a ', next: [nature] },
  { weight: 1, text: 'In a far land there lived a ', next: [nature] },
];
