import { oneOf } from './chance';
import type { Story, StoryRule } from './state';
import { CONSONANTS, VOWELS } from './words';

/** Where the state keeps an invented word, and what is written after it. */
interface Keeping {
  readonly set: (story: Story, word: string) => Partial<Story>;
  readonly after: string;
}

/**
 * A word of three syllables that no list holds, such as `ramoki`. Heard once, it can only be remembered:
 * whoever writes it again has to copy it.
 */
export const inventedWord = (keeping: Keeping): StoryRule => syllable(1, keeping);

/** The same as a name: `Ramoki`. */
export const inventedName = ({ set, after }: Keeping): StoryRule =>
  syllable(1, { set: (story, word) => set(story, capitalised(word)), after }, capitalised);

const syllable = (number: number, keeping: Keeping, write = same): StoryRule =>
  oneOf(CONSONANTS, (consonant) => ({
    text: write(consonant),
    set: ({ word }) => ({ word: number === 1 ? consonant : word + consonant }),
    next: [vowel(number, keeping)],
  }));

const vowel = (number: number, keeping: Keeping): StoryRule =>
  oneOf(VOWELS, (sound) =>
    number < SYLLABLES
      ? {
          text: sound,
          set: ({ word }) => ({ word: word + sound }),
          next: [syllable(number + 1, keeping)],
        }
      : {
          text: sound + keeping.after,
          set: (story) => keeping.set(story, story.word + sound),
        },
  );

const same = (sound: string): string => sound;
const capitalised = (word: string): string => word[0]!.toUpperCase() + word.slice(1);

const SYLLABLES = 3;
