import { counted, givable, handOver, named } from './belongings';
import { oneOf } from './chance';
import { goingTogether, newPlace } from './places';
import { listener, other, type StoryRule } from './state';
import { amountOf } from './trading';
import { THINGS } from './words';

/** `asked, "How many red balls do you have?" "I have two red balls," said Ben.` */
export const question: StoryRule = (story) => {
  const { secret } = story;
  const { bag, village } = listener(story);
  const wanted = givable(story, other(story.subject));
  return [
    ...bag.map((item) => ({
      weight: 1.5,
      text: `How many ${item.colour} ${item.noun.many} do you have?"`,
      next: [answer(`I have ${counted(item)}`)],
    })),
    { weight: 1.5, text: 'Do you like ', next: [likedThing] },
    { weight: wanted.length > 0 ? 2 : 0, text: 'May I have ', next: [wish] },
    {
      weight: village === '' ? 0 : 1,
      text: 'Where are you from?"',
      next: [answer(`I am from ${village}`)],
    },
    {
      weight: secret === '' ? 0 : 1.5,
      text: 'What is the secret word?"',
      next: [answer(`The secret word is ${secret}`)],
    },
    { weight: 1, text: 'Are you ', next: [askedFeeling] },
    { weight: 2, text: 'Shall we go to the ', next: [newPlace, '?"', agreement] },
  ];
};

/** ` "I have two red balls," said Ben.` */
const answer =
  (words: string): StoryRule =>
  (story) => [{ weight: 1, text: ` "${words}," said ${listener(story).name}.` }];

const likedThing: StoryRule = oneOf(THINGS, ({ many }) => ({
  text: `${many}?"`,
  next: [yesOrNo(1, 'I do', 'I do not')],
}));

/** Whoever is glad or sad mostly says so. */
const askedFeeling: StoryRule = (story) => {
  const { mood } = listener(story);
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
const wish: StoryRule = (story) =>
  amountOf(givable(story, other(story.subject)), (item, count) => ({
    text: `${named({ ...item, count })}?"`,
    next: [
      () => [
        {
          weight: 2,
          text: ` "Yes," said ${listener(story).name}.`,
          set: (now) => handOver(now, other(now.subject), item, count),
        },
        { weight: 1, text: ` "No," said ${listener(story).name}.` },
      ],
    ],
  }));
