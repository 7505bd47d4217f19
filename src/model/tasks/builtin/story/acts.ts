import { feeling } from './feelings';
import { names } from './opening';
import { spot } from './places';
import { ranked, type Story, type StoryRule } from './state';
import { ANIMALS, COLOURS, NATURES, PLEASURES, SPOTS, THINGS } from './words';

/** What one can do at any time, that changes nothing. */
export const idling: StoryRule = ({ subject, pleasure }) => [
  { weight: 1, text: 'felt ', next: [feeling, '.'] },
  { weight: 0.6, text: 'sat', next: [spot] },
  { weight: 0.6, text: 'slept', next: [spot] },
  { weight: 0.6, text: 'sang a ', next: [song] },
  { weight: 1, text: 'saw a ', next: [creature, spot] },
  { weight: 0.5, text: 'looked at the ', next: [looked] },
  { weight: 0.6, text: 'drew a ', next: [colour, drawing] },
  subject === 'hero' && pleasure !== ''
    ? { weight: 0.8, text: `began to ${pleasure}.` }
    : { weight: 0.4, text: 'tried to ', next: [activity] },
];

const song: StoryRule = () => ranked(NATURES, (nature) => ({ text: `${nature} song.` }));
const activity: StoryRule = () => ranked(PLEASURES, (pleasure) => ({ text: `${pleasure}.` }));
const looked: StoryRule = () => ranked(SPOTS, (thing) => ({ text: `${thing}.` }));
const colour: StoryRule = () => ranked(COLOURS, (word) => ({ text: `${word} ` }));
const drawing: StoryRule = () => ranked(THINGS, ({ one }) => ({ text: `${one}.` }));

const creature: StoryRule = () =>
  ranked(NATURES, (nature) => ({ text: `${nature} `, next: [animal] }));
const animal: StoryRule = () => ranked(ANIMALS, (kind) => ({ text: kind }));

/** `met a clever fox named Oscar.`: the story has its friend. */
export const meeting: StoryRule = () =>
  ranked(NATURES, (nature) => ({ text: `${nature} `, next: [friendKind] }));

const friendKind: StoryRule = ({ friend }) => [
  ...['girl', 'boy'].map((kind) => ({
    weight: 2,
    text: `${kind} named `,
    set: { friend: { ...friend, kind } },
    next: [friendName],
  })),
  ...ANIMALS.map((kind) => ({
    weight: 0.5,
    text: `${kind} named `,
    set: { friend: { ...friend, kind } },
    next: [friendName],
  })),
];

const friendName: StoryRule = ({ hero, friend }) =>
  names(
    friend,
    hero.name,
    ({ person }): Partial<Story> => ({
      friend: { ...person, place: hero.place },
    }),
  );
