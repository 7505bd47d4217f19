import { bagOf, named } from './belongings';
import { fixed, oneOf, ranked, scaled } from './chance';
import { feeling } from './feelings';
import { inventedWord } from './inventions';
import { goingTogether, newPlace } from './places';
import { listener, type StoryRule, speaker, type Ways } from './state';
import { ANIMALS, NATURES, SPOTS } from './words';

/** `said, "I have two red balls."` Speech is in the first person and the present. */
export const speaking: StoryRule = fixed(() =>
  scaled(
    5,
    ranked(['said', 'whispered', 'shouted', 'cried', 'called', 'muttered'], (verb) => ({
      text: `${verb}, "`,
      next: [remark],
    })),
  ),
);

/** Animals often begin with their sound. */
const remark: StoryRule = (story) => {
  const sound = ANIMALS.find(({ one }) => one === speaker(story).kind)?.sound;
  return [
    { weight: sound ? 10 : 0, text: `${sound}! `, next: [plainRemark] },
    ...plainRemark(story),
  ];
};

const plainRemark: StoryRule = (story) => {
  const { secret, raining } = story;
  const { village } = speaker(story);
  return [
    { weight: 1.5, text: `I have ${bagOf(speaker(story))}."` },
    ...listener(story).bag.map((item) => ({ weight: 1, text: `I like your ${named(item)}."` })),
    { weight: 1.5, text: 'I feel ', next: [feeling, '."'] },
    { weight: 0.5, text: raining ? 'I do not like the rain."' : 'What a fine day!"' },
    { weight: 2, text: 'Let us go to the ', next: [newPlace, '."', goingTogether] },
    { weight: secret === '' ? 2 : 0, text: 'The secret word is ', next: [secretWord] },
    { weight: secret === '' ? 0 : 0.7, text: `Do not forget the secret word, ${secret}."` },
    { weight: village === '' ? 0 : 0.7, text: `I am from ${village}."` },
    ...hobby(story),
    { weight: 1.5, text: 'You are my ', next: [friendNature] },
    { weight: 1.5, text: 'Look at that ', next: [lookedAt] },
  ];
};

const secretWord = inventedWord({ set: (_story, secret) => ({ secret }), after: '."' });

/** Only of the hero is it told. */
const hobby = ({ subject, pleasure }: Parameters<StoryRule>[0]): Ways =>
  subject === 'hero' && pleasure !== '' ? [{ weight: 0.7, text: `I love to ${pleasure}."` }] : [];

const friendNature: StoryRule = oneOf(NATURES, (nature) => ({ text: `${nature} friend."` }));

const lookedAt: StoryRule = oneOf(NATURES, (nature) => ({
  text: `${nature} `,
  next: [thingThere],
}));

const thingThere: StoryRule = oneOf(SPOTS, (spot) => ({ text: `${spot}!"` }));
