import type { Alternative, Rule } from '../grammar';
import { type Noun, NUMBERS } from './words';

/** Things of one kind that someone has. */
export interface Belonging {
  readonly count: number;
  readonly colour: string;
  readonly noun: Noun;
}

export type Mood = 'glad' | 'sad';

export interface Person {
  readonly name: string;
  /** girl, boy, or an animal. */
  readonly kind: string;
  readonly female: boolean;
  /** An invented name; empty where it is not told. */
  readonly village: string;
  /** Where they are, such as `old mill`. */
  readonly place: string;
  /** At most BAG kinds of things. */
  readonly bag: readonly Belonging[];
  /** From what happened to them last. */
  readonly mood: Mood | null;
}

export type Role = 'hero' | 'friend';

/** All that a story so far makes of its future. */
export interface Story {
  readonly hero: Person;
  /** Nobody yet while the name is empty. */
  readonly friend: Person;
  /** The hero's, such as `small hut`. */
  readonly home: string;
  /** What the hero loves to do; empty where it is not told. */
  readonly pleasure: string;
  /** Where the story has been, oldest first, no place twice. */
  readonly visited: readonly string[];
  /** An invented word; empty until it is told. */
  readonly secret: string;
  readonly raining: boolean;
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

export type Echo =
  | { readonly kind: 'bag'; readonly of: readonly Role[] }
  | { readonly kind: 'arrival' };

export type Ways = readonly Alternative<Story>[];
export type StoryRule = Rule<Story>;

/** How many kinds of things someone can have, and how many of each: numbers that have a word. */
export const BAG = 2;
export const MOST = NUMBERS.length - 1;

const NOBODY: Person = {
  name: '',
  kind: '',
  female: false,
  village: '',
  place: 'home',
  bag: [],
  mood: null,
};

export const NEW_STORY: Story = {
  hero: NOBODY,
  friend: NOBODY,
  home: '',
  pleasure: '',
  visited: [],
  secret: '',
  raining: false,
  sentences: 0,
  subject: 'hero',
  echo: null,
  count: 0,
  word: '',
  item: { count: 0, colour: '', noun: { one: '', many: '' } },
};

export const other = (role: Role): Role => (role === 'hero' ? 'friend' : 'hero');

/** Who does or says it, and the other one, who is spoken to. */
export const speaker = (story: Story): Person => story[story.subject];
export const listener = (story: Story): Person => story[other(story.subject)];

/** Whether hero and friend are in one place, and so can speak and give. */
export const together = ({ hero, friend }: Story): boolean =>
  friend.name !== '' && friend.place === hero.place;

export const he = (person: Person): string => (person.female ? 'she' : 'he');
export const He = (person: Person): string => (person.female ? 'She' : 'He');
export const his = (person: Person): string => (person.female ? 'her' : 'his');

/** A change to one person. */
export const changed = (
  story: Story,
  role: Role,
  change: Partial<Person>,
): Partial<Pick<Story, Role>> => ({ [role]: { ...story[role], ...change } });

/** Everyone named goes to a place. */
export function moved(story: Story, roles: readonly Role[], place: string): Partial<Story> {
  const visited = [...story.visited.filter((known) => known !== place), place];
  return Object.assign({ visited }, ...roles.map((role) => changed(story, role, { place })));
}
