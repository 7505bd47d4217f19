import { fixed, oneOf, ranked } from './chance';
import { feeling } from './feelings';
import { spot } from './places';
import type { StoryRule } from './state';
import { ANIMALS, COLOURS, NATURES, type Noun, PLEASURES, THINGS } from './words';

/** What one can do at any time, and that changes nothing. */
export const idling: StoryRule = ({ subject, pleasure }) => [
  { weight: 1, text: 'felt ', next: [feeling, '.'] },
  { weight: 0.5, text: 'sat', next: [spot] },
  { weight: 0.5, text: 'slept', next: [spot] },
  { weight: 0.5, text: 'sang a ', next: [song] },
  { weight: 1.5, text: 'saw ', next: [creatures] },
  { weight: 1, text: 'heard ', next: [creatures] },
  { weight: 1, text: 'drew ', next: [things] },
  { weight: 1, text: 'wanted ', next: [things] },
  subject === 'hero' && pleasure !== ''
    ? { weight: 0.8, text: `began to ${pleasure}.` }
    : { weight: 0.4, text: 'tried to ', next: [activity] },
];

const song: StoryRule = oneOf(NATURES, (nature) => ({ text: `${nature} song.` }));
const activity: StoryRule = oneOf(PLEASURES, (pleasure) => ({ text: `${pleasure}.` }));

/** `a red ball, two soft drums.` or `a shy fox, three noisy bees.`: numbers agree, and lists end by chance. */
const listOf = (qualities: readonly string[], nouns: readonly Noun[]): StoryRule => {
  const item: StoryRule = fixed(() => [
    { weight: 3, text: 'a ', next: [quality('one')] },
    ...ranked(['two', 'three', 'four', 'many'], (number) => ({
      text: `${number} `,
      next: [quality('many')],
    })).map((way, rank) => ({ ...way, weight: 1 / (rank + 1) })),
  ]);
  const quality = (form: keyof Noun): StoryRule => {
    const noun = oneOf(nouns, (word) => ({ text: word[form], next: [another] }));
    return oneOf(qualities, (word) => ({ text: `${word} `, next: [noun] }));
  };
  const another: StoryRule = fixed(() => [
    { weight: 1, text: '.' },
    { weight: 1, text: ', ', next: [item] },
  ]);
  return item;
};

const things = listOf(COLOURS, THINGS);
const creatures = listOf(NATURES, ANIMALS);
