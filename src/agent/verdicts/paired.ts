import type { Evidence, Verdict } from '../study';
import { type Estimate, estimateAt, intervalOf, lowerTail, projected } from './estimate';
import { comparisonEvidence } from './evidence';
import { type Looks, sequentialP, weightOf } from './looks';
import type { Comparison, VerdictPolicy } from './policy';
import { isSimpler, marginLeft } from './simplicity';
import { bits, comparison as inWords } from './words';

export interface PairedOptions extends Looks {
  /** Seeds on which the baseline is run first, and an incumbent before it is compared with. */
  readonly calibration: number;
  /** In bpb: what keeps of simpler programs may give up at most, all together. */
  readonly margin: number;
  /** Level at which a simpler program must show that it loses less than the margin that is left. */
  readonly marginLevel: number;
  /** Tokens fewer from which a program may count as simpler. */
  readonly simplerBy: number;
  /** Chance that one seed alone discards a candidate that is as good. */
  readonly clearly: number;
  /** In bpb: clearly worse on one seed, while no noise is known. */
  readonly clearlyWorse: number;
  /** Coverage of the interval whose better end a candidate is given when what it may still reach is judged. */
  readonly optimism: number;
}

export const DEFAULT_PAIRED: PairedOptions = {
  fewest: 3,
  seeds: 8,
  calibration: 4,
  margin: 0.01,
  marginLevel: 0.025,
  simplerBy: 3,
  clearly: 0.01,
  clearlyWorse: 0.1,
  optimism: 0.9,
};

/**
 * Verdicts from evidence that grows seed by seed; d = candidate - incumbent in val_bpb, negative is
 * better. Where both draw the same numbers from a seed, d is taken seed by seed; where not, means are
 * compared (estimate.ts). docs/verdicts.md has the error rates, measured.
 *
 * **Keep, better**: the sequential p of a gain (looks.ts) is within the level that the study asks of this
 * candidate (level.ts).
 *
 * **Keep, simpler**: fewer nodes in the graphs and at least `simplerBy` fewer tokens, and the sequential p
 * of "it loses the margin or more" is within `marginLevel`. The margin is one for the whole study.
 *
 * **Discard, worse**: the mirrored test at the same level; or, on one seed, a difference beyond the
 * 1 - `clearly` point of the noise. That discards as many candidates which are exactly as good, and far
 * fewer which are better.
 *
 * **Discard, no better / inconclusive, near miss**: the seeds are used up; or, if every seed left turned
 * out at the better end of the `optimism` interval, the last look would still not pass. Ending
 * early cannot add false keeps: it only takes looks away.
 */
export function pairedPolicy(options: Partial<PairedOptions> = {}): VerdictPolicy {
  const o: PairedOptions = { ...DEFAULT_PAIRED, ...options };
  if (!(o.fewest >= 2 && o.seeds >= o.fewest)) {
    throw new RangeError(`a keep needs at least 2 seeds, of at most ${o.seeds}; not ${o.fewest}`);
  }
  if (!(Number.isInteger(o.calibration) && o.calibration >= 1)) {
    throw new RangeError(`the baseline runs on at least 1 seed; not ${o.calibration}`);
  }
  return { seeds: o.seeds, calibration: o.calibration, decide: (c) => decide(c, o) };
}

function decide(c: Comparison, o: PairedOptions): 'more' | Verdict {
  if (c.sameGraph) return sameGraph(c);
  const n = c.pairs.length;
  const looks = Math.max(0, n - o.fewest + 1);
  const p = sequentialP(c, o);
  const evidence = comparisonEvidence(c, { looks, p });
  if (n === 0) {
    const why = 'the incumbent crashed on the others';
    return c.seedsLeft > 0 ? 'more' : verdict('inconclusive', 'near miss', evidence, why);
  }

  const margin = isSimpler(c.size, o.simplerBy) ? marginLeft(c, o.margin) : 0;
  if (looks > 0) {
    if (p <= c.level) return verdict('keep', 'better', evidence);
    if (sequentialP(c, o, (e) => 1 - lowerTail(e)) <= o.clearly) {
      return verdict('discard', 'worse', evidence, 'beyond what luck explains');
    }
    if (margin > 0 && sequentialP(c, o, (e) => lowerTail(e, margin)) <= o.marginLevel) {
      return verdict('keep', 'simpler', evidence, simplerWords(c, margin));
    }
  }
  const estimate = estimateAt(c, n);
  if (n === 1 && clearlyWorse(evidence, estimate, o)) {
    const text = estimate
      ? `beyond what luck does to one seed in ${Math.round(1 / o.clearly)}`
      : `more than ${bits(o.clearlyWorse)}, and the noise is not known yet`;
    return verdict('discard', 'worse', evidence, text);
  }
  if (c.seedsLeft > 0 && (!estimate || hopeful(estimate, c, margin, o))) return 'more';
  const text =
    c.seedsLeft > 0
      ? `the ${c.seedsLeft === 1 ? 'seed' : `${c.seedsLeft} seeds`} left would not show a gain even if all went well`
      : 'the seeds are used up and luck is not ruled out';
  return (evidence.mean ?? 0) < 0
    ? verdict('inconclusive', 'near miss', evidence, text)
    : verdict('discard', 'no better', evidence, text);
}

/** Whether the last look would pass if all seeds left were as the better end of the interval says. */
function hopeful(estimate: Estimate, c: Comparison, margin: number, o: PairedOptions): boolean {
  const [best] = intervalOf(estimate, o.optimism);
  const last = projected(estimate, c.seedsLeft, best);
  const weight = weightOf(last.n, o);
  if (weight === 0) return false; // the incumbent crashed on so many seeds that no look is left
  if (lowerTail(last) / weight <= c.level) return true;
  return margin > 0 && lowerTail(last, margin) / weight <= o.marginLevel;
}

function clearlyWorse(evidence: Evidence, estimate: Estimate | null, o: PairedOptions): boolean {
  return estimate ? lowerTail(estimate) > 1 - o.clearly : (evidence.mean ?? 0) > o.clearlyWorse;
}

function simplerWords({ size }: Comparison, margin: number): string {
  const tokens = size.incumbent.tokens - size.candidate.tokens;
  const nodes = (size.incumbent.nodes ?? 0) - (size.candidate.nodes ?? 0);
  return `as good within ${bits(margin)} bpb, with ${tokens} fewer tokens of source and ${nodes} fewer operations`;
}

function sameGraph(c: Comparison): Verdict {
  // A repetition is no test: it says nothing of candidates that change nothing, and gives nothing up.
  const evidence: Evidence = { ...comparisonEvidence(c, { looks: 0, p: 1 }), first: null };
  const fewer = c.size.incumbent.tokens - c.size.candidate.tokens;
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
  why?: string,
): Verdict {
  const reason = why === undefined ? inWords(evidence) : `${inWords(evidence)}: ${why}`;
  return { decision, ground, reason, evidence };
}
