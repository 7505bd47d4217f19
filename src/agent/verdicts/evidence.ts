import type { Evidence } from '../study';
import { estimateAt, intervalOf, lowerTail } from './estimate';
import { summarise } from './noise';
import type { Comparison, Pair } from './policy';

export const NO_EVIDENCE: Evidence = { differences: [], mean: null, interval: null, p: null };

/** What pairs show by themselves, with no study around them: Student's paired t-test (1908). */
export function evidenceOf(pairs: readonly Pair[]): Evidence {
  const differences = pairs.map((p) => ({ seed: p.seed, difference: p.candidate - p.incumbent }));
  if (pairs.length === 0) return NO_EVIDENCE;
  const { n, mean, squares } = summarise(differences.map(({ difference }) => difference));
  if (n === 1) return { ...NO_EVIDENCE, differences, mean };
  const freedom = n - 1;
  const estimate = { n, mean, variance: squares / freedom, freedom, against: null };
  return {
    differences,
    mean,
    interval: intervalOf(estimate, 0.95),
    p: lowerTail(estimate),
  };
}

/** What a comparison of a study shows so far, as it is stored with its verdict. */
export function comparisonEvidence(c: Comparison, sofar: { looks: number; p: number }): Evidence {
  const { pairs, paired, level, trials } = c;
  const n = pairs.length;
  const estimate = estimateAt(c, n);
  const first = estimateAt(c, 1);
  const told: Evidence = {
    ...NO_EVIDENCE,
    pairing: paired ? 'paired' : 'unpaired',
    differences: paired
      ? pairs.map((p) => ({ seed: p.seed, difference: p.candidate - p.incumbent }))
      : [],
    mean: estimate?.mean ?? null,
    first: first && lowerTail(first),
    looks: sofar.looks,
    sequential: sofar.looks > 0 ? sofar.p : null,
    level,
    noise: estimate && {
      deviation: Math.sqrt(estimate.variance),
      freedom: estimate.freedom,
    },
    trials,
    ...(paired
      ? {}
      : {
          scores: {
            candidate: pairs.map(({ candidate }) => candidate),
            incumbent: c.incumbent.filter(({ from }) => from <= n).map(({ score }) => score),
          },
        }),
  };
  if (!estimate) return n === 1 ? { ...told, mean: meanOfOne(c) } : told;
  return { ...told, interval: intervalOf(estimate, 0.95), p: lowerTail(estimate) };
}

/** Without any noise known, one seed has a difference and nothing to judge it by. */
function meanOfOne({ pairs }: Comparison): number | null {
  const [pair] = pairs;
  return pair ? pair.candidate - pair.incumbent : null;
}
