import { fixed, ranked, scaled } from './chance';
import type { Mood, StoryRule } from './state';

const WORDS: Readonly<Record<Mood, readonly string[]>> = {
  glad: ['happy', 'glad', 'proud', 'lucky', 'strong', 'merry', 'brave'],
  sad: ['sad', 'lonely', 'upset', 'gloomy', 'tired', 'cross', 'cold'],
};

/** How the subject feels: mostly in keeping with what happened to them last. */
export const feeling: StoryRule = (story) => BY_MOOD[story[story.subject].mood ?? 'neither'](story);

const feelings = (glad: number, sad: number): StoryRule =>
  fixed(() => [
    ...scaled(
      glad,
      ranked(WORDS.glad, (text) => ({ text })),
    ),
    ...scaled(
      sad,
      ranked(WORDS.sad, (text) => ({ text })),
    ),
  ]);

const BY_MOOD = { glad: feelings(9, 1), sad: feelings(1, 9), neither: feelings(1, 1) };
