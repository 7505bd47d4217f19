import type { NumericArray } from '../op';

/** One straight run of an op: `count` elements of `a` from i by di, of `b` from j by dj, into `out` from o. */
type Loop = (
  out: NumericArray,
  o: number,
  count: number,
  a: NumericArray,
  i: number,
  di: number,
  b: NumericArray,
  j: number,
  dj: number,
) => void;

/**
 * What an optimizer and a residual stream mostly consist of, on f32, as loops of their own: a call for
 * each element costs several times what the arithmetic does. They repeat the `value` of their rows, and
 * the same tests hold both to account.
 */
export const LOOPS: Readonly<Record<string, Loop>> = {
  add(out, o, count, a, i, di, b, j, dj) {
    for (let n = 0; n < count; n++) out[o + n] = a[i + n * di]! + b[j + n * dj]!;
  },
  sub(out, o, count, a, i, di, b, j, dj) {
    for (let n = 0; n < count; n++) out[o + n] = a[i + n * di]! - b[j + n * dj]!;
  },
  mul(out, o, count, a, i, di, b, j, dj) {
    for (let n = 0; n < count; n++) out[o + n] = a[i + n * di]! * b[j + n * dj]!;
  },
  div(out, o, count, a, i, di, b, j, dj) {
    for (let n = 0; n < count; n++) out[o + n] = a[i + n * di]! / b[j + n * dj]!;
  },
  square(out, o, count, a, i, di) {
    for (let n = 0; n < count; n++) {
      const x = a[i + n * di]!;
      out[o + n] = x * x;
    }
  },
  relu(out, o, count, a, i, di) {
    for (let n = 0; n < count; n++) out[o + n] = Math.max(a[i + n * di]!, 0);
  },
};
