import { fixed, oneOf, ranked, scaled } from './chance';
import { listener, moved, other, type Story, type StoryRule, speaker, together } from './state';
import { PLACE_NATURES, PLACES, SPOTS } from './words';

const STEPS = ['went', 'ran', 'walked', 'hurried', 'skipped', 'wandered', 'raced', 'marched'];

/** `ran to the old mill with Ben.`, `went back to the dark forest.` */
export const going: StoryRule = fixed(() =>
  scaled(
    5,
    ranked(STEPS, (step) => ({ text: `${step} `, next: [destination] })),
  ),
);

const destination: StoryRule = (story) => {
  const apart = story.friend.name !== '' && !together(story);
  return [
    { weight: 4, text: 'to the ', next: [newPlace, company] },
    {
      weight: elsewhere(story).length === 0 ? 0 : apart ? 4 : 1,
      text: 'back to the ',
      next: [knownPlace, company],
    },
  ];
};

/** `old mill`; leaves it in `word`. */
export const newPlace: StoryRule = oneOf(PLACE_NATURES, (nature) => ({
  text: `${nature} `,
  set: () => ({ word: nature }),
  next: [placeNoun],
}));

const placeNoun: StoryRule = oneOf(PLACES, (place) => ({
  text: place,
  set: ({ word }) => ({ word: `${word} ${place}` }),
}));

/** A place that the story has been to, the last one first. */
const knownPlace: StoryRule = (story) =>
  ranked(elsewhere(story), (place) => ({ text: place, set: () => ({ word: place }) }));

const elsewhere = (story: Story): readonly string[] =>
  story.visited.filter((place) => place !== speaker(story).place).toReversed();

/** Who goes along. Coming where the other stayed behind, one finds them there. */
const company: StoryRule = (story) => [
  {
    weight: 2,
    text: '.',
    set: (now) => ({
      ...moved(now, [now.subject], now.word),
      ...(!together(now) && listener(now).place === now.word && { echo: { kind: 'arrival' } }),
    }),
  },
  {
    weight: together(story) ? 3 : 0,
    text: ` with ${listener(story).name}.`,
    set: (now) => moved(now, [now.subject, other(now.subject)], now.word),
  },
];

/** ` So they ran to the old mill.`: both go where one proposed. */
export const goingTogether: StoryRule = oneOf(STEPS, (step) => ({
  text: ` So they ${step} to the `,
  next: [proposedPlace],
}));

const proposedPlace: StoryRule = ({ word }) => [
  { weight: 1, text: `${word}.`, set: (story) => moved(story, ['hero', 'friend'], word) },
];

/** ` under the rock.` */
export const spot: StoryRule = oneOf(
  ['under', 'near', 'behind', 'by', 'inside', 'on'],
  (relation) => ({ text: ` ${relation} the `, next: [spotNoun] }),
);

const spotNoun: StoryRule = oneOf(SPOTS, (word) => ({ text: `${word}.` }));
