import { bagOf } from './belongings';
import { oneOf } from './chance';
import { He, his, type Story, type StoryRule, type Ways } from './state';
import { NUMBERS } from './words';

/** ` That night Lily went home to the small hut.`, and what is remembered there. */
export const ending: StoryRule = oneOf(
  ['That night', 'At last', 'In the end', 'When it got dark'],
  (time) => ({
    text: ` ${time} `,
    next: [({ hero }) => [{ weight: 1, text: hero.name }], homeward],
  }),
);

const homeward: StoryRule = ({ hero, home }) => [
  { weight: 1, text: ` went home to the ${home}`, next: [burden, memories] },
  { weight: 1, text: ` went back to ${hero.village}`, next: [burden, memories] },
];

const burden: StoryRule = ({ hero }) => [
  { weight: 2, text: '.' },
  { weight: 1, text: ` with ${bagOf(hero)}.` },
];

const memories: StoryRule = (story) => memoriesFrom(0, story);

/** Each is told at most once: after one come only those further down the list. */
const memoriesFrom = (first: number, story: Story): Ways => [
  ...memoriesOf(story)
    .map((text, index) => ({
      weight: text === '' ? 0 : 1,
      text,
      next: [(now: Story) => memoriesFrom(index + 1, now)],
    }))
    .slice(first),
  { weight: 2, text: ' The end.\n' },
  { weight: 1, text: ' Good night!\n' },
];

/** What the hero may recall, in a fixed order; empty where there is nothing of the kind. */
function memoriesOf({ hero, friend, visited, secret, pleasure }: Story): readonly string[] {
  const she = He(hero);
  const [first] = hero.bag;
  const [oldest] = visited;
  return [
    first
      ? ` ${she} counted ${his(hero)} ${first.colour} ${first.noun.many}: ${NUMBERS.slice(1, first.count + 1).join(', ')}.`
      : ` ${she} had nothing left.`,
    oldest === undefined ? '' : ` ${she} dreamed of the ${oldest}.`,
    secret === '' ? '' : ` ${she} never told the secret word, ${secret}.`,
    friend.name === '' ? '' : ` ${hero.name} and ${friend.name} stayed friends.`,
    pleasure === '' ? '' : ` In ${his(hero)} dreams ${hero.name} loved to ${pleasure}.`,
  ];
}
