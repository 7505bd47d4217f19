import type { Evidence } from '../study';
import { bits, comparison } from '../verdicts/words';

/** Where the parts of a plot of evidence stand, as shares of its width: from the left, where it is better. */
export interface EvidencePlot {
  /** Paired: one row of differences. Unpaired: the candidate's scores, and under them the incumbent's. */
  readonly rows: readonly {
    readonly name: 'difference' | 'candidate' | 'incumbent';
    readonly values: readonly number[];
  }[];
  /** Where nothing changed: no difference, or the incumbent's mean score. */
  readonly zero: number | null;
  readonly mean: number | null;
  readonly interval: readonly [number, number] | null;
  /** What stands at the left end and at the right. */
  readonly ends: readonly [string, string];
  /** The plot in words. */
  readonly label: string;
}

/** Null where there is nothing to draw. */
export function plotOf(evidence: Evidence): EvidencePlot | null {
  const { scores, mean, interval } = evidence;
  const rows = scores
    ? ([
        { name: 'candidate', values: scores.candidate },
        { name: 'incumbent', values: scores.incumbent },
      ] as const)
    : ([
        { name: 'difference', values: evidence.differences.map(({ difference }) => difference) },
      ] as const);
  const all = rows.flatMap(({ values }) => values);
  if (mean === null || all.length === 0) return null;
  const zero = scores ? meanOf(scores.incumbent) : 0;
  if (zero === null) return null;
  const drawn = [...all, zero, zero + mean, ...(interval ?? []).map((end) => zero + end)];
  const span = Math.max(...drawn) - Math.min(...drawn) || Math.abs(zero) * 0.01 || 0.001;
  const low = Math.min(...drawn) - span * 0.06;
  const high = Math.max(...drawn) + span * 0.06;
  const share = (value: number) => (value - low) / (high - low);
  const end = (value: number) => (scores ? value.toFixed(3) : bits(value));
  return {
    rows: rows.map(({ name, values }) => ({ name, values: values.map(share) })),
    zero: share(zero),
    mean: share(zero + mean),
    interval: interval && [share(zero + interval[0]), share(zero + interval[1])],
    ends: [end(low), end(high)],
    label: comparison(evidence),
  };
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;
}
