import type { Evidence, Study } from '../study';
import { studentCdf, studentQuantile } from './student-t';

/** The scores of both programs on one seed, in val_bpb. */
export interface Pair {
  readonly seed: number;
  readonly candidate: number;
  readonly incumbent: number;
}

/** How much a paired difference varies from seed to seed, pooled over a study so far. */
export interface Noise {
  /** Standard deviation in val_bpb. */
  readonly deviation: number;
  /** Degrees of freedom behind it. */
  readonly freedom: number;
}

/** What n differences say about their mean, under the paired t-test (Student, 1908). */
export interface Summary {
  readonly n: number;
  readonly mean: number;
  /** Sum of squared deviations from the mean. */
  readonly squares: number;
}

export function summarise(differences: readonly number[]): Summary {
  const n = differences.length;
  const mean = differences.reduce((sum, d) => sum + d, 0) / n;
  return { n, mean, squares: differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) };
}

/** Standard error of the mean. */
export function standardError({ n, squares }: Summary): number {
  return Math.sqrt(squares / (n * (n - 1)));
}

/**
 * P(T <= t) for H0: the true mean is `against`; small when the mean lies below it. Needs two differences.
 * Differences that are all equal leave no room for luck: 0, or 1 when they are not below.
 */
export function lowerTail(summary: Summary, against = 0): number {
  const gap = summary.mean - against;
  const error = standardError(summary);
  if (error === 0) return gap < 0 ? 0 : 1;
  return studentCdf(gap / error, summary.n - 1);
}

export function evidenceOf(pairs: readonly Pair[]): Evidence {
  const differences = pairs.map(({ seed, candidate, incumbent }) => ({
    seed,
    difference: candidate - incumbent,
  }));
  if (pairs.length === 0) return NO_EVIDENCE;
  const summary = summarise(differences.map(({ difference }) => difference));
  if (pairs.length === 1) return { ...NO_EVIDENCE, differences, mean: summary.mean };
  const half = studentQuantile(0.975, summary.n - 1) * standardError(summary);
  return {
    differences,
    mean: summary.mean,
    interval: [summary.mean - half, summary.mean + half],
    p: lowerTail(summary),
  };
}

export const NO_EVIDENCE: Evidence = { differences: [], mean: null, interval: null, p: null };

/**
 * The pooled variance of paired differences within each experiment of the study that has a verdict and at
 * least two of them; null before there is one.
 */
export function noiseOf(study: Study): Noise | null {
  let squares = 0;
  let freedom = 0;
  for (const { verdict } of study.experiments) {
    const differences = verdict?.evidence.differences.map(({ difference }) => difference) ?? [];
    if (differences.length < 2) continue;
    squares += summarise(differences).squares;
    freedom += differences.length - 1;
  }
  return freedom === 0 ? null : { deviation: Math.sqrt(squares / freedom), freedom };
}
