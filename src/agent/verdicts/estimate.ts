import { fisherTail } from './fisher';
import { type Noise, summarise } from './noise';
import type { Comparison } from './policy';
import { studentCdf, studentQuantile } from './student-t';

/** A mean difference (candidate - incumbent, in bpb) and how sure it is. */
export interface Estimate {
  readonly n: number;
  readonly mean: number;
  /** Moderated variance of one difference, or of one score where the evidence is unpaired. */
  readonly variance: number;
  /** Degrees of freedom behind the variance. */
  readonly freedom: number;
  /** Trials of the incumbent behind an unpaired mean; null where differences are paired. */
  readonly against: number | null;
}

/**
 * Degrees of freedom that the study's noise may count for at most. With more, a candidate whose own noise
 * is larger than the study's would borrow a certainty that it does not have; see docs/verdicts.md for the
 * simulation behind the number.
 */
export const MOST_BORROWED = 6;
/** Degrees of freedom of paired differences from which they need no stand-in. */
export const ENOUGH_PAIRED = 4;
/** A candidate whose variance exceeds the study's beyond this chance stands on its own variance. */
const NOT_THE_SAME_NOISE = 0.01;

/** What the first n pairs of a comparison say; null when nothing says how far to trust them. */
export function estimateAt(c: Comparison, n: number): Estimate | null {
  if (n === 0) return null;
  const pairs = c.pairs.slice(0, n);
  if (c.paired) {
    const { mean, squares } = summarise(pairs.map((p) => p.candidate - p.incumbent));
    const spread = moderated(squares, n - 1, pairedPrior(c, n));
    return spread && { n, mean, ...spread, against: null };
  }
  const own = summarise(pairs.map(({ candidate }) => candidate));
  const others = summarise(c.incumbent.filter(({ from }) => from <= n).map(({ score }) => score));
  const spread = moderated(own.squares, n - 1, c.noise.seed);
  return spread && { n, mean: own.mean - others.mean, ...spread, against: others.n };
}

/**
 * The noise that a paired difference is expected to have. While the study and the comparison itself have
 * too few differences, twice the variance of single scores stands in: that is the variance of a
 * difference of independent scores, and no smaller than that of scores whose luck is shared.
 */
function pairedPrior({ noise }: Comparison, n: number): Noise | null {
  if ((noise.paired?.freedom ?? 0) + n - 1 >= ENOUGH_PAIRED) return noise.paired;
  return noise.seed && { ...noise.seed, deviation: Math.SQRT2 * noise.seed.deviation };
}

/**
 * The moderated variance of Smyth, "Linear models and empirical Bayes methods for assessing differential
 * expression", Statistical Applications in Genetics and Molecular Biology 3(1), 2004:
 * (d0 s0^2 + d s^2) / (d0 + d) with d0 + d degrees of freedom, where s0 is the study's noise and d0 its
 * degrees of freedom, up to `MOST_BORROWED`. Where the candidate's own variance is beyond what s0 explains
 * (an F-test at 1%: a pairing that does not hold, an edit that trains less steadily) it stands alone, as
 * in the robust variant (Phipson et al., Annals of Applied Statistics 10(2), 2016).
 */
export function moderated(
  squares: number,
  freedom: number,
  prior: Noise | null,
): { variance: number; freedom: number } | null {
  const own = freedom > 0 ? { variance: squares / freedom, freedom } : null;
  if (!prior) return own;
  const borrowed = Math.min(prior.freedom, MOST_BORROWED);
  const expected = prior.deviation ** 2;
  if (own && fisherTail(own.variance / expected, freedom, borrowed) < NOT_THE_SAME_NOISE) {
    return own;
  }
  const total = borrowed + freedom;
  return { variance: (borrowed * expected + squares) / total, freedom: total };
}

/** Standard error of an estimate's mean. */
export function standardError({ n, variance, against }: Estimate): number {
  return Math.sqrt(variance * (1 / n + (against === null ? 0 : 1 / against)));
}

/**
 * P(T <= t) for H0: the true difference is `margin`; small when the mean lies below it. Differences that
 * leave no room for luck give 0, or 1 when they are not below.
 */
export function lowerTail(estimate: Estimate, margin = 0): number {
  const gap = estimate.mean - margin;
  const error = standardError(estimate);
  if (error === 0) return gap < 0 ? 0 : 1;
  return studentCdf(gap / error, estimate.freedom);
}

/** The two-sided interval of the mean that covers the truth with that probability. */
export function intervalOf(estimate: Estimate, coverage: number): [number, number] {
  const { mean, freedom } = estimate;
  const half = studentQuantile((1 + coverage) / 2, freedom) * standardError(estimate);
  return [mean - half, mean + half];
}

/** What the estimate becomes after `more` further seeds which all turn out as `effect`. */
export function projected(estimate: Estimate, more: number, effect: number): Estimate {
  const { n, mean, freedom, against } = estimate;
  return {
    ...estimate,
    n: n + more,
    mean: (n * mean + more * effect) / (n + more),
    freedom: freedom + more,
    against: against === null ? null : against + more,
  };
}
