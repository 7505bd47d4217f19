import { always } from '../grammar';
import { bagOf, He, his, ranked, type StoryRule, type Ways } from './state';
import { NUMBERS } from './words';

/** ` That night Lily went home to the small hut with two red balls.`, and what is remembered there. */
export const ending: StoryRule = () =>
  ranked(['That night', 'At last', 'In the end', 'When it got dark'], (time) => ({
    text: ` ${time} `,
    next: [always(({ hero, home }) => `${hero.name} went home to the ${home}`), burden, memories],
  }));

const burden: StoryRule = ({ hero }) => [
  { weight: 1, text: '.' },
  { weight: 1.5, text: ` with ${bagOf(hero)}.` },
];

/** Each is told at most once: `memories` goes on to those after it. */
const memories: StoryRule = (story) => recall(story, 0);

const laterMemories =
  (from: number): StoryRule =>
  (story) =>
    recall(story, from);

const recall = (story: Parameters<StoryRule>[0], from: number): Ways => [
  ...memoriesOf(story)
    .map((text, index) => ({ weight: text === '' ? 0 : 1, text, next: [laterMemories(index + 1)] }))
    .slice(from),
  { weight: 1, text: ' The end.\n' },
  { weight: 0.5, text: ' Good night!\n' },
];

/** What the hero may recall, by place in a fixed order; empty where there is nothing of the kind. */
function memoriesOf({ hero, friend, visited, secret, pleasure }: Parameters<StoryRule>[0]) {
  const she = He(hero);
  const first = hero.bag[0];
  const oldest = visited[0];
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
