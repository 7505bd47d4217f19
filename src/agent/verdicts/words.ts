import type { Evidence } from '../study';
import { pooled, summarise } from './noise';

/** `0.021`: three decimals, and more for what would vanish in them. */
export function bits(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 0.001 || size === 0 ? 3 : Math.min(8, 1 - Math.floor(Math.log10(size)));
  return signed(value.toFixed(decimals));
}

/** `p = 0.003`, `p = 0.000042`, or `p < 0.000001`. */
export function chance(p: number): string {
  return p < 1e-6 ? 'p < 0.000001' : `p = ${share(p)}`;
}

/** Three decimals, or as many as two digits need. */
function share(p: number): string {
  if (p >= 0.01) return p.toFixed(3);
  return String(Number(p.toFixed(Math.min(12, 1 - Math.floor(Math.log10(p))))));
}

/** What the baseline's trials show: its score, and how much a change of seed alone moves it. */
export function baseline(scores: readonly number[]): string {
  const { mean } = summarise(scores);
  const noise = pooled([scores]);
  const luck = noise
    ? `; a change of seed alone moves that by ${bits(noise.deviation)} (standard deviation over ${scores.length} seeds)`
    : '';
  return `the first program scores ${bits(mean)} bpb${luck}; there is nothing to beat yet`;
}

/**
 * The evidence in one sentence, such as `better by 0.021 bpb on 5 of 5 seeds (95% interval −0.030 to
 * −0.012, p = 0.0004 after 3 looks; this study asks for p < 0.0027)`.
 */
export function comparison(evidence: Evidence): string {
  const { mean, differences, scores } = evidence;
  if (mean === null) return 'no seed has a score of both programs';
  const numbers = numbersOf(evidence);
  const n = scores ? scores.candidate.length : differences.length;
  if (mean === 0) return `equal on average over ${n} ${n === 1 ? 'seed' : 'seeds'}${numbers}`;
  const by = mean < 0 ? `better by ${bits(-mean)} bpb` : `worse by ${bits(mean)} bpb`;
  if (scores) {
    const trials = (count: number) => `${count} ${count === 1 ? 'trial' : 'trials'}`;
    return `${by}, the mean of ${trials(n)} against ${trials(scores.incumbent.length)} of the incumbent, seed by seed not comparable since this change draws other random numbers${numbers}`;
  }
  const agree = differences.filter(({ difference }) =>
    mean < 0 ? difference < 0 : difference > 0,
  ).length;
  return `${by} ${n === 1 ? 'on the first seed' : `on ${agree} of ${n} seeds`}${numbers}`;
}

function numbersOf({ interval, p, sequential, looks, level }: Evidence): string {
  if (!interval || p === null) return '';
  const range = `95% interval ${bits(interval[0])} to ${bits(interval[1])}`;
  if (sequential === undefined || sequential === null || !looks || level === undefined) {
    return ` (${range}, ${chance(p)})`;
  }
  const times = looks === 1 ? 'one look' : `${looks} looks`;
  const asked = share(level);
  return ` (${range}, ${chance(sequential)} after ${times}; this study asks for p < ${asked})`;
}

/** With the sign that people set in tables. */
function signed(text: string): string {
  return text.replace(/^-/, '\u2212');
}
