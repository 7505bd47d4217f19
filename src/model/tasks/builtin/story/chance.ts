import type { StoryRule, Ways } from './state';

type Way = Omit<Ways[number], 'weight'>;

/** Weights that fall with a word's rank, so that a few words are common and many are rare. */
export function ranked<W>(words: readonly W[], way: (word: W) => Way): Ways {
  return words.map((word, rank) => ({ weight: 1 / (rank + 12), ...way(word) }));
}

/** The rule whose ways never change; made at the first use, so that rules may name each other freely. */
export function fixed(make: () => Ways): StoryRule {
  let ways: Ways | undefined;
  return () => {
    ways ??= make();
    return ways;
  };
}

/** One of a list of words, whatever the story. */
export const oneOf = <W>(words: readonly W[], way: (word: W) => Way): StoryRule =>
  fixed(() => ranked(words, way));

/** The same ways with weights that sum to `sum`. */
export function scaled(sum: number, ways: Ways): Ways {
  const total = ways.reduce((so, way) => so + way.weight, 0);
  return ways.map((way) => ({ ...way, weight: (way.weight * sum) / total }));
}
