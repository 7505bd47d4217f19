import type { Alternative, Rule } from '../grammar';
import { type Noun, NUMBERS } from './words';

/** Things of one kind that someone has. */
export interface Belonging {
  readonly count: number;
  readonly colour: string;
  readonly noun: Noun;
}

export interface Person {
  readonly name: string;
  /** girl, boy, or an animal. */
  readonly kind: string;
  readonly female: boolean;
  /** Such as `old mill`. */
  readonly place: string;
  /** At most BAG kinds of things. */
  readonly bag: readonly Belonging[];
}

export type Role = 'hero' | 'friend';

/** All that a story so far makes of its future. */
export interface Story {
  readonly hero: Person;
  /** Nobody yet while the name is empty. */
  readonly friend: Person;
  readonly home: string;
  readonly pleasure: string;
  /** Where the story has been, oldest first, no place twice. */
  readonly visited: readonly string[];
  /** The secret word, once it is told. */
  readonly secret: string;
  readonly raining: boolean;
  readonly mood: Readonly<Record<Role, Mood | null>>;
  readonly sentences: number;
  /** Whom the sentence is about. */
  readonly subject: Role;
  /** What the last sentence makes likely in the next. */
  readonly echo: Echo | null;
  /** Words of the sentence under way. */
  readonly count: number;
  readonly word: string;
  readonly item: Belonging;
}

export type Mood = 'glad' | 'sad';

export type Echo =
  | { readonly kind: 'bag'; readonly of: readonly Role[] }
  | { readonly kind: 'arrival' };

export type Ways = readonly Alternative<Story>[];
export type StoryRule = Rule<Story>;

export const BAG = 2;
export const MOST = NUMBERS.length - 1;

const NOBODY: Person = { name: '', kind: '', female: false, place: '', bag: [] };
export const NOTHING: Belonging = { count: 0, colour: '', noun: { one: '', many: '' } };

export const NEW_STORY: Story = {
  hero: NOBODY,
  friend: NOBODY,
  home: '',
  pleasure: '',
  visited: [],
  secret: '',
  raining: false,
  mood: { hero: null, friend: null },
  sentences: 0,
  subject: 'hero',
  echo: null,
  count: 0,
  word: '',
  item: NOTHING,
};

export const other = (role: Role): Role => (role === 'hero' ? 'friend' : 'hero');

/** Whether hero and friend are in one place, and so can speak and give. */
export const together = ({ hero, friend }: Story): boolean =>
  friend.name !== '' && friend.place === hero.place;

/** Who does or says it, and the other one, who is spoken to. */
export const speaker = (story: Story): Person => story[story.subject];
export const listener = (story: Story): Person => story[other(story.subject)];

export const he = (person: Person): string => (person.female ? 'she' : 'he');
export const He = (person: Person): string => (person.female ? 'She' : 'He');
export const his = (person: Person): string => (person.female ? 'her' : 'his');

/** `three red balls`, `one red ball`. */
export const counted = ({ count, colour, noun }: Belonging): string =>
  `${NUMBERS[count]} ${colour} ${count === 1 ? noun.one : noun.many}`;

/** `red balls`, or `red ball` where there is one. */
export const named = ({ count, colour, noun }: Belonging): string =>
  `${colour} ${count === 1 ? noun.one : noun.many}`;

export const bagOf = ({ bag }: Person): string =>
  bag.length === 0 ? 'nothing' : bag.map(counted).join(' and ');

export const sameKind = (a: Belonging, b: Belonging): boolean =>
  a.colour === b.colour && a.noun === b.noun;

export const held = ({ bag }: Person, item: Belonging): number =>
  bag.find((own) => sameKind(own, item))?.count ?? 0;

/** Whether someone can hold `count` more of these. */
export const hasRoom = (person: Person, item: Belonging, count: number): boolean => {
  const has = held(person, item);
  return has > 0 ? has + count <= MOST : person.bag.length < BAG && count <= MOST;
};

/** A person with `change` more (or less) of one kind of thing. */
export function withItems(person: Person, item: Belonging, change: number): Person {
  const count = held(person, item) + change;
  const bag = person.bag.some((own) => sameKind(own, item))
    ? person.bag.map((own) => (sameKind(own, item) ? { ...own, count } : own))
    : [...person.bag, { ...item, count }];
  return { ...person, bag: bag.filter((own) => own.count > 0) };
}

/** Everyone named goes to a place. */
export function moved(story: Story, roles: readonly Role[], place: string): Partial<Story> {
  const visited = [...story.visited.filter((known) => known !== place), place];
  const went = (role: Role) => (roles.includes(role) ? { ...story[role], place } : story[role]);
  return { hero: went('hero'), friend: went('friend'), visited };
}

/** Weights that fall with a word's rank, so that a few words are common and many are rare. */
export function ranked<W>(
  words: readonly W[],
  way: (word: W) => Omit<Alternative<Story>, 'weight'>,
): Ways {
  return words.map((word, rank) => ({ weight: 1 / (rank + 6), ...way(word) }));
}
