import type { Experiment, Study } from '../study';

/** The false discovery rate that a study keeps to: of its gains, the share that may be luck. */
export const FALSE_DISCOVERIES = 0.05;
/** However well a study goes, no gain is kept above this level. */
export const HIGHEST_LEVEL = 0.01;
/** First-seed p-values between these count as tests of candidates that change nothing. */
const LAMBDA = 0.25;
const TAU = 0.5;
/** w0: the wealth at the beginning; the rest of q comes with the first gain. */
const START = 0.8 * FALSE_DISCOVERIES;

/** What the level of later candidates needs to know of an earlier one. */
export interface Tested {
  /** One-sided p of its first seed alone. */
  readonly first: number;
  /** Whether it was kept as a gain. */
  readonly gain: boolean;
}

/**
 * The level at which the next candidate of a study is tested: online control of the false discovery rate
 * in the manner of ADDIS (Tian & Ramdas, "ADDIS: an adaptive discarding algorithm for online FDR control
 * with conservative nulls", NeurIPS 2019), with one change.
 *
 * ADDIS estimates how many of the tests so far were of true nulls by those with lambda < p <= tau. That
 * needs p-values which stay uniform-like below tau; the sequential p of a comparison that ends early for
 * futility is 1 for most nulls and nearly exact in its tail, so that ADDIS on it would hardly see a null
 * and spend the same wealth many times. Here the p of the first seed alone is counted: every comparison has it,
 * no rule for stopping touches it, and for a candidate that changes nothing it is uniform. With
 * N(s, t) tests counted between s and t, and kappa_j the j-th gain,
 *
 *     alpha_t = (tau - lambda) (w0 g(N(0, t)) + (q - w0) g(N(kappa_1, t)) + q sum_{j>=2} g(N(kappa_j, t)))
 *
 * Summed over the tests that are counted, alpha_t / (tau - lambda) is at most q (gains or 1), since every
 * count uses each g once; and in expectation that sum is at least the sum of alpha_t over nulls, which
 * bounds the false gains. So the expected number of false gains is at most q times that of gains (of 1
 * where there are none): mFDR <= q.
 */
export function levelAfter(tests: readonly Tested[]): number {
  const counts = [{ weight: START, count: 0 }];
  for (const { first, gain } of tests) {
    if (first > LAMBDA && first <= TAU) for (const entry of counts) entry.count++;
    if (gain) {
      const weight = counts.length === 1 ? FALSE_DISCOVERIES - START : FALSE_DISCOVERIES;
      counts.push({ weight, count: 0 });
    }
  }
  const wealth = counts.reduce((sum, { weight, count }) => sum + weight * share(count), 0);
  return Math.min(HIGHEST_LEVEL, (TAU - LAMBDA) * wealth);
}

/** The level of an experiment's comparison: a function of the verdicts before it. */
export function levelFor(study: Study, candidate: Experiment): number {
  const tests = study.experiments.slice(0, candidate.number).flatMap(({ verdict }): Tested[] => {
    const first = verdict?.evidence.first ?? null;
    return first === null ? [] : [{ first, gain: verdict?.ground === 'better' }];
  });
  return levelAfter(tests);
}

/** g: the share of a wealth that goes to the test before which `count` were counted; they sum to 1. */
export function share(count: number): number {
  return (count + 1) ** -POWER / ZETA;
}

/** As in ADDIS: a steeper g spends more on the next test, a flatter one keeps more for later ones. */
const POWER = 1.6;
/** The sum of i^-POWER over i >= 1. */
const ZETA = 2.28576566568;
