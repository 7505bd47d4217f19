import { moved, other, ranked, type Story, type StoryRule, together, type Ways } from './state';
import { PLACE_NATURES, PLACES, SPOTS } from './words';

const STEPS = ['went', 'ran', 'walked', 'hurried', 'skipped', 'wandered', 'raced', 'marched'];

/** `ran to the old mill with Ben.`, `went back to the dark forest.` */
export const going: StoryRule = () => GOINGS;

const destination: StoryRule = (story) => {
  const apart = story.friend.name !== '' && !together(story);
  return [
    { weight: 4, text: 'to the ', next: [newPlace, company] },
    {
      weight: elsewhere(story).length === 0 ? 0 : apart ? 4 : 1,
      text: 'back to the ',
      next: [knownPlaces, company],
    },
  ];
};

/** `old mill`; leaves it in `word`. */
export const newPlace: StoryRule = () =>
  ranked(PLACE_NATURES, (word) => ({ text: `${word} `, set: { word }, next: [placeNoun] }));

const placeNoun: StoryRule = ({ word }) =>
  ranked(PLACES, (place) => ({ text: place, set: { word: `${word} ${place}` } }));

/** A place that the story has been to, the last one first. */
const knownPlaces: StoryRule = (story) =>
  ranked(elsewhere(story), (place) => ({ text: place, set: { word: place } }));

const elsewhere = (story: Story): readonly string[] =>
  story.visited.filter((place) => place !== story[story.subject].place).toReversed();

/** Who goes along. Coming where the other stayed behind, one finds them there. */
const company: StoryRule = (story) => {
  const { subject, word } = story;
  const alone = moved(story, [subject], word);
  const found = !together(story) && story[other(subject)].place === word;
  return [
    { weight: 2, text: '.', set: found ? { ...alone, echo: { kind: 'arrival' } } : alone },
    {
      weight: together(story) ? 3 : 0,
      text: ` with ${story[other(subject)].name}.`,
      set: moved(story, ['hero', 'friend'], word),
    },
  ];
};

/** ` to the old mill.`: both go where one proposed. */
export const goingTogether: StoryRule = () =>
  ranked(STEPS, (step) => ({ text: ` So they ${step} to the `, next: [proposedPlace] }));

const proposedPlace: StoryRule = (story) => [
  { weight: 1, text: `${story.word}.`, set: moved(story, ['hero', 'friend'], story.word) },
];

/** ` under the rock.` */
export const spot: StoryRule = () => SPOT_RELATIONS;

const spotNoun: StoryRule = () => SPOT_NOUNS;

const GOINGS: Ways = ranked(STEPS, (step) => ({ text: `${step} `, next: [destination] }));
const SPOT_RELATIONS: Ways = ranked(['under', 'near', 'behind', 'by', 'in', 'on'], (relation) => ({
  text: ` ${relation} the `,
  next: [spotNoun],
}));
const SPOT_NOUNS: Ways = ranked(SPOTS, (word) => ({ text: `${word}.` }));
