import { type Estimate, estimateAt, lowerTail } from './estimate';
import type { Comparison } from './policy';

/** When a comparison is looked at, and what each look weighs. */
export interface Looks {
  /** The fewest seeds that a decision on the whole evidence needs. */
  readonly fewest: number;
  /** The most seeds that a comparison may use. */
  readonly seeds: number;
}

/**
 * The weight of the look after n seeds; the weights of all looks sum to 1. They grow as 2^n: later looks
 * have most of the chances of success, since the effects that need them are the frequent ones, and an
 * effect that is large passes an early look at a small weight too.
 */
export function weightOf(n: number, { fewest, seeds }: Looks): number {
  if (n < fewest || n > seeds) return 0;
  const weight = (look: number) => GROWTH ** (look - fewest);
  const total = (GROWTH ** (seeds - fewest + 1) - 1) / (GROWTH - 1);
  return weight(n) / total;
}

const GROWTH = 2;

/**
 * The sequential p of a comparison: the least of p_n / w_n over the looks so far; 1 before the first.
 * If the null is true, P(some p_n / w_n <= x) <= sum of w_n x = x by Boole's inequality, however the looks
 * depend on each other and whenever the comparison stops: fewer looks can only make it larger.
 * `tail` gives p_n: by default that of H0: the true difference is 0 or more.
 */
export function sequentialP(
  c: Comparison,
  looks: Looks,
  tail: (estimate: Estimate) => number = lowerTail,
): number {
  let least = 1;
  for (let n = looks.fewest; n <= c.pairs.length; n++) {
    const weight = weightOf(n, looks);
    const estimate = weight > 0 ? estimateAt(c, n) : null;
    if (estimate) least = Math.min(least, tail(estimate) / weight);
  }
  return least;
}
