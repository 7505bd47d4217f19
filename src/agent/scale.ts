/** Where axes end and where their marks stand: arithmetic only, so that both kinds of chart share it. */

/** About `count` round numbers from `low` to `high`, both inclusive where they are round. */
export function roundMarks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const step = roundStep((high - low) / Math.max(1, count));
  const marks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    marks.push(Number((i * step).toPrecision(12)));
  }
  return marks;
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((n) => n * power >= rough * 0.999) ?? 10;
  return factor * power;
}

/** Decimals that tell one mark from the next. */
export function decimalsOf(marks: readonly number[]): number {
  const step = marks.length > 1 ? marks[1]! - marks[0]! : (marks[0] ?? 1);
  return Math.min(4, Math.max(0, -Math.floor(Math.log10(Math.abs(step) || 1) + 1e-9)));
}

/** `values` with room around them: a share of their span above and below, never below zero. */
export function paddedRange(values: readonly number[], share: number): [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const room = (high - low || Math.abs(high) * 0.1 || 1) * share;
  return [Math.max(0, low - room), high + room];
}

/**
 * Heights for labels that stand at `wanted` (ascending) but must be `apart`: each moves down as little as
 * it has to, and the whole stays above `end`.
 */
export function spread(wanted: readonly number[], apart: number, end: number): number[] {
  const placed: number[] = [];
  for (const y of wanted) placed.push(Math.max(y, (placed.at(-1) ?? -Infinity) + apart));
  let limit = end;
  for (let i = placed.length - 1; i >= 0; i--) {
    placed[i] = Math.min(placed[i]!, limit);
    limit = placed[i]! - apart;
  }
  return placed;
}
