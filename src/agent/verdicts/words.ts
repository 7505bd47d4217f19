import type { Evidence } from '../study';

/** `0.021`: three decimals, and more for what would vanish in them. */
export function bits(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 0.001 || size === 0 ? 3 : Math.min(8, 1 - Math.floor(Math.log10(size)));
  return signed(value.toFixed(decimals));
}

/** `p = 0.003`, or `p < 0.0001`. */
export function chance(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p.toFixed(p < 0.001 ? 4 : 3)}`;
}

/** `better by 0.021 bpb on 4 of 4 seeds (95% interval −0.030 to −0.012, p = 0.003)`. */
export function comparison({ differences, mean, interval, p }: Evidence): string {
  if (mean === null) return 'no seed has a score of both programs';
  const n = differences.length;
  const ahead = differences.filter(({ difference }) => difference < 0).length;
  const behind = differences.filter(({ difference }) => difference > 0).length;
  const seeds = (count: number) => (n === 1 ? 'on the first seed' : `on ${count} of ${n} seeds`);
  const numbers =
    interval && p !== null
      ? ` (95% interval ${bits(interval[0])} to ${bits(interval[1])}, ${chance(p)})`
      : '';
  if (mean === 0) return `equal on average over ${n} ${n === 1 ? 'seed' : 'seeds'}${numbers}`;
  return mean < 0
    ? `better by ${bits(-mean)} bpb ${seeds(ahead)}${numbers}`
    : `worse by ${bits(mean)} bpb ${seeds(behind)}${numbers}`;
}

/** With the sign that people set in tables. */
function signed(text: string): string {
  return text.replace(/^-/, '\u2212');
}
