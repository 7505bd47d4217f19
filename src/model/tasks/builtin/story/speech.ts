import { feeling } from './feelings';
import { goingTogether, newPlace } from './places';
import {
  bagOf,
  counted,
  listener,
  NOTHING,
  named,
  other,
  ranked,
  type StoryRule,
  speaker,
} from './state';
import { counts, givable, handedOver, mostGiven } from './things';
import { NATURES, SECRETS, SOUNDS, SPOTS, THINGS } from './words';

/** `said, "I have two red balls."` Speech is in the first person and the present. */
export const speaking: StoryRule = () => [
  ...ranked(['said', 'whispered', 'shouted', 'cried'], (verb) => ({
    text: `${verb}, "`,
    next: [remark],
  })),
];

/** Animals often begin with their sound. */
const remark: StoryRule = (story) => {
  const sound = SOUNDS[speaker(story).kind];
  return [
    { weight: sound ? 6 : 0, text: `${sound}! `, next: [plainRemark] },
    ...plainRemark(story),
  ];
};

const plainRemark: StoryRule = (story) => {
  const { secret, raining, home, pleasure, subject } = story;
  const owner = listener(story);
  return [
    { weight: 2, text: `I have ${bagOf(speaker(story))}."` },
    ...owner.bag.map((item) => ({ weight: 1, text: `I like your ${named(item)}."` })),
    { weight: 1.5, text: 'I feel ', next: [feeling, '."'] },
    { weight: 0.7, text: raining ? 'I do not like the rain."' : 'What a fine day!"' },
    { weight: 1.5, text: 'Let us go to the ', next: [newPlace, '."', goingTogether] },
    { weight: secret === '' ? 1 : 0, text: 'The secret word is ', next: [secretWord] },
    { weight: secret === '' ? 0 : 0.7, text: `Do not forget the secret word, ${secret}."` },
    { weight: subject === 'hero' ? 0.5 : 0, text: `I live in the ${home}."` },
    { weight: subject === 'hero' && pleasure ? 0.7 : 0, text: `I love to ${pleasure}."` },
    { weight: 1, text: 'You are my ', next: [friendNature] },
    { weight: 1, text: 'Look at that ', next: [natureAndSpot] },
  ];
};

const secretWord: StoryRule = () =>
  ranked(SECRETS, (secret) => ({ text: `${secret}."`, set: { secret } }));

const friendNature: StoryRule = () => ranked(NATURES, (nature) => ({ text: `${nature} friend."` }));

const natureAndSpot: StoryRule = () =>
  ranked(NATURES, (nature) => ({ text: `${nature} `, next: [lookedAt] }));

const lookedAt: StoryRule = () => ranked(SPOTS, (spot) => ({ text: `${spot}!"` }));

/** `asked, "How many red balls do you have?" "Two," said Ben.` */
export const asking: StoryRule = () => [{ weight: 1, text: 'asked, "', next: [question] }];

const question: StoryRule = (story) => {
  const asked = listener(story);
  const { secret, home, subject } = story;
  const mine = mostGiven(story, other(subject));
  return [
    ...asked.bag.map((item) => ({
      weight: 2,
      text: `How many ${item.colour} ${item.noun.many} do you have?"`,
      next: [answer(`I have ${counted(item)}`)],
    })),
    { weight: 1, text: 'Do you like ', next: [likedThing] },
    { weight: mine > 0 ? 2 : 0, text: 'May I have ', next: [wish] },
    {
      weight: subject === 'friend' ? 1 : 0,
      text: 'Where do you live?"',
      next: [answer(`I live in the ${home}`)],
    },
    {
      weight: secret === '' ? 0 : 2,
      text: 'What is the secret word?"',
      next: [answer(`The secret word is ${secret}`)],
    },
    { weight: 1, text: 'Are you ', next: [askedFeeling] },
    { weight: 1.5, text: 'Shall we go to the ', next: [newPlace, '?"', agreement] },
  ];
};

/** ` "I have two red balls," said Ben.` */
const answer =
  (words: string): StoryRule =>
  (story) => [{ weight: 1, text: ` "${words}," said ${listener(story).name}.` }];

const likedThing: StoryRule = () =>
  ranked(THINGS, ({ many }) => ({ text: `${many}?"`, next: [yesOrNo(1, 'I do', 'I do not')] }));

/** Whoever is glad or sad says so. */
const askedFeeling: StoryRule = (story) => {
  const mood = story.mood[other(story.subject)];
  const ways = [
    ['happy', mood === 'glad' ? 9 : mood === 'sad' ? 1 / 9 : 1],
    ['sad', mood === 'sad' ? 9 : mood === 'glad' ? 1 / 9 : 1],
    ['hungry', 1],
    ['tired', 1],
  ] as const;
  return ways.map(([word, yes]) => ({
    weight: 1,
    text: `${word}?"`,
    next: [yesOrNo(yes, 'I am', 'I am not')],
  }));
};

const yesOrNo =
  (yes: number, agree: string, deny: string): StoryRule =>
  (story) => [
    { weight: yes, text: ` "Yes, ${agree}," said ${listener(story).name}.` },
    { weight: 1, text: ` "No, ${deny}," said ${listener(story).name}.` },
  ];

const agreement: StoryRule = (story) => [
  { weight: 3, text: ` "Yes," said ${listener(story).name}.`, next: [goingTogether] },
  { weight: 1, text: ` "No," said ${listener(story).name}.` },
];

/** `two red balls?" "Yes," said Ben.`: and then they change hands. */
const wish: StoryRule = (story) => counts(mostGiven(story, other(story.subject)), [wishedThing]);

const wishedThing: StoryRule = (story) =>
  givable(story, other(story.subject), story.count).map((item) => ({
    weight: 1,
    text: `${named({ ...item, count: story.count })}?"`,
    set: { item },
    next: [granting],
  }));

const granting: StoryRule = (story) => [
  {
    weight: 2,
    text: ` "Yes," said ${listener(story).name}.`,
    set: handedOver(story, other(story.subject), story.item, story.count),
  },
  { weight: 1, text: ` "No," said ${listener(story).name}.`, set: { item: NOTHING } },
];
