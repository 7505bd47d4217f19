import { incompleteBeta } from './student-t';

/**
 * P(F >= ratio) of Fisher's F distribution with `above` and `below` degrees of freedom: how often two
 * equal variances would show such a ratio (Abramowitz & Stegun 26.6.2).
 */
export function fisherTail(ratio: number, above: number, below: number): number {
  if (Number.isNaN(ratio)) return 1; // no variance on either side: nothing contradicts
  if (ratio === Number.POSITIVE_INFINITY) return 0;
  return incompleteBeta(below / (below + above * ratio), below / 2, above / 2);
}
