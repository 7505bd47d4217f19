import type { ProgramSource } from '../../model/programs/program';
import { type Difference, meanOf } from './gain';

export interface Comparison {
  readonly own: ProgramSource;
  readonly other: ProgramSource;
  readonly seeds: readonly number[];
  /** It is given up after this many seeds, or any more, of which it does not win on average. */
  readonly screen: number;
  /** Bits per byte, or null where the program crashed. */
  readonly score: (program: ProgramSource, seed: number) => Promise<number | null>;
}

/**
 * Differences on one seed after another: on all seeds, or on fewer where it was given up. Null where either
 * program has no score. An edit that is given up never counts as one that helps, so that looking on the way
 * takes chances away and adds none.
 */
export async function compare(c: Comparison): Promise<readonly Difference[] | null> {
  const differences: Difference[] = [];
  for (const seed of c.seeds) {
    const own = await c.score(c.own, seed);
    const other = own === null ? null : await c.score(c.other, seed);
    if (own === null || other === null) return null;
    differences.push({ seed, difference: own - other });
    if (differences.length >= c.screen && meanOf(differences) >= 0) break;
  }
  return differences;
}
