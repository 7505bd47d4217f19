import type { Evidence, Verdict } from '../study';
import { evidenceOf, lowerTail, type Summary, summarise } from './evidence';
import type { Comparison, VerdictPolicy } from './policy';
import { studentCdf, studentQuantile } from './student-t';
import { bits, comparison as inWords } from './words';

export interface PairedOptions {
  /** Seeds at most, and the fewest that a keep needs. */
  readonly seeds: number;
  readonly fewest: number;
  /** Chance of keeping a candidate that is no better, over all looks at its evidence. */
  readonly alpha: number;
  /** In bpb: what a simpler program may lose at most. */
  readonly margin: number;
  /** Tokens fewer from which a program counts as simpler. */
  readonly simplerBy: number;
  /** In bpb: clearly worse on one seed, while the study's noise is unknown. */
  readonly clearlyWorse: number;
}

export const DEFAULT_PAIRED: PairedOptions = {
  seeds: 5,
  fewest: 3,
  alpha: 0.01,
  margin: 0.01,
  simplerBy: 3,
  clearlyWorse: 0.1,
};

/**
 * Verdicts from paired seeds: d = candidate - incumbent in val_bpb on the same seed, negative is better.
 *
 * **Keep, better**: a one-sided paired t-test on d, looked at after each seed from `fewest` to `seeds`.
 * Looking repeatedly would give luck several chances, so each look has its own share of alpha, by the
 * spending function alpha * (n / seeds)^2 of the power family (Kim & DeMets, Biometrika 74, 1987; spending
 * functions: Lan & DeMets, Biometrika 70, 1983). Look n needs p under the increment that it adds; by
 * Boole's inequality the chance of a false keep over all looks is then at most alpha, however the looks
 * depend on each other. This assumes differences that are roughly normal. It is a rate for one candidate:
 * a study of many candidates meets it many times.
 *
 * **Discard, worse**: the mirrored test; or one seed alone, where d lies beyond the 99% point of the
 * study's known noise (without known noise: beyond `clearlyWorse`).
 *
 * **Discard, no better / inconclusive, near miss**: no seed is run that could not change the verdict. When
 * no results at all on the seeds left could still pass the test, the comparison ends: as `no better` when
 * the mean is not below 0, else as a near miss. Ending early where a keep is impossible costs no power.
 *
 * **Keep, simpler**: a program of at least `simplerBy` fewer tokens whose 95% interval stays under
 * `margin`. Each such keep may lose up to `margin` (and more with 2.5% chance at each look, about 5% in all): it trades
 * score for simplicity on purpose.
 */
export function pairedPolicy(options: Partial<PairedOptions> = {}): VerdictPolicy {
  const o: PairedOptions = { ...DEFAULT_PAIRED, ...options };
  if (!(o.fewest >= 2 && o.seeds >= o.fewest)) {
    throw new RangeError(`a keep needs at least 2 seeds, of at most ${o.seeds}; not ${o.fewest}`);
  }
  return { seeds: o.seeds, decide: (c) => decide(c, o) };
}

function decide(c: Comparison, o: PairedOptions): 'more' | Verdict {
  const evidence = evidenceOf(c.pairs);
  const fewer = c.tokens.incumbent - c.tokens.candidate;
  const simpler = fewer >= o.simplerBy;
  if (c.sameGraph) return sameGraph(evidence, simpler ? fewer : 0);
  if (c.pairs.length === 0) {
    const why = 'the incumbent crashed on the others';
    return c.seedsLeft > 0 ? 'more' : verdict('inconclusive', 'near miss', evidence, why);
  }

  const summary = summarise(evidence.differences.map(({ difference }) => difference));
  const { n, mean } = summary;
  const share = n < o.fewest ? 0 : spentAt(n, o);
  if (n >= o.fewest) {
    const why = `the look after ${n} seeds asks for p < ${share.toFixed(4)}`;
    if (lowerTail(summary) < share) return verdict('keep', 'better', evidence, why);
    if (lowerTail({ ...summary, mean: -mean }) < share) {
      return verdict('discard', 'worse', evidence, why);
    }
    if (simpler && evidence.interval && evidence.interval[1] < o.margin) {
      const text = `as good within ${bits(o.margin)} bpb, with ${fewer} fewer tokens of source`;
      return verdict('keep', 'simpler', evidence, text);
    }
  } else if (n === 1 && mean > clearlyWorse(c, o)) {
    const text = `more than noise explains (${bits(clearlyWorse(c, o))})`;
    return verdict('discard', 'worse', evidence, text);
  }
  if (c.seedsLeft > 0 && (simpler || canStillWin(summary, c.seedsLeft, o))) return 'more';
  const left =
    c.seedsLeft > 0
      ? `no result on the ${c.seedsLeft === 1 ? 'seed' : `${c.seedsLeft} seeds`} left could still show a gain beyond luck`
      : `luck was not ruled out in ${n} seeds, where the last look asks for p < ${share.toFixed(4)}`;
  return mean < 0
    ? verdict('inconclusive', 'near miss', evidence, left)
    : verdict('discard', 'no better', evidence, left);
}

/** The share of alpha that the look after n seeds adds; the first look also gets what came before. */
export function spentAt(n: number, o: PairedOptions): number {
  const spent = (seeds: number) => o.alpha * (seeds / o.seeds) ** 2;
  return spent(n) - (n > o.fewest ? spent(n - 1) : 0);
}

/**
 * Whether some results on further seeds would pass the test at some look. The most favourable results are
 * m equal ones, since for a given sum they add the least variance; maximising t over their value gives
 * t^2 = m (n - 1) / k + n (n - 1) mean^2 / squares after n = k + m seeds for a mean below 0, and only
 * the first term (approached, never reached) for any other.
 */
export function canStillWin(so: Summary, seedsLeft: number, o: PairedOptions): boolean {
  for (let m = 1; m <= seedsLeft; m++) {
    const n = so.n + m;
    if (n < o.fewest || n > o.seeds) continue;
    const luck = (m * (n - 1)) / so.n;
    const ahead = so.mean < 0 ? (n * (n - 1) * so.mean ** 2) / so.squares : 0;
    if (studentCdf(-Math.sqrt(luck + ahead), n - 1) < spentAt(n, o)) return true;
  }
  return false;
}

function clearlyWorse({ noise }: Comparison, o: PairedOptions): number {
  return noise ? studentQuantile(0.99, noise.freedom) * noise.deviation : o.clearlyWorse;
}

function sameGraph(evidence: Evidence, fewer: number): Verdict {
  return fewer > 0
    ? {
        decision: 'keep',
        ground: 'simpler',
        reason: `computes exactly the same with ${fewer} fewer tokens of source`,
        evidence,
      }
    : {
        decision: 'discard',
        ground: 'the same',
        reason: 'computes exactly the same as the incumbent',
        evidence,
      };
}

function verdict(
  decision: Verdict['decision'],
  ground: Verdict['ground'],
  evidence: Evidence,
  why: string,
): Verdict {
  return { decision, ground, reason: `${inWords(evidence)}; ${why}`, evidence };
}
