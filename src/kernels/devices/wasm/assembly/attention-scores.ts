import { PANEL, packPanels } from './panels';
import { tanh } from './math';
import { splat } from './simd';

// What attention and its gradients share: the settings, and the scores of a few queries. Shapes everywhere:
// q, out, dq, dout: [B, T, H, D]; k, v, dk, dv: [B, T, G, D]; lse, delta: [B, T, H].

/** Queries that are taken at once, at most: a tile of six rows or, with plain SIMD, tiles of mostly four and five. */
export const BAND: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 24;

/** How many of the `left` queries, or keys, to take at once: sixes, after as many fives or fours as it takes. */
export function rowsOfBand(left: i32): i32 {
  const over = left % BAND;
  if (!ASC_FEATURE_RELAXED_SIMD || over == 0) return min(BAND, left);
  if (over >= 4) return over;
  if (over == 2) return left >= 8 ? 4 : left;
  return left >= (over == 3 ? 9 : 13) ? 5 : min(BAND, left);
}

// Where the fields of the settings lie, in bytes; attention.wasm.ts of the op writes them.
export const B: usize = 0;
export const T: usize = 4;
export const H: usize = 8;
export const G: usize = 12;
export const D: usize = 16;
export const CAUSAL: usize = 20;
/** How many positions a query reaches, beside itself. */
export const REACH: usize = 24;
export const SCALE: usize = 28;
/** 0 for none. */
export const SOFTCAP: usize = 32;
/** log2(e) times SCALE: a weight is a power of two. */
export const SCALE_OF_2: usize = 36;
/** What each head takes from a score for each position of distance, [H] from here on. */
export const SLOPES: usize = 40;

/** Bytes of a row of scores: never a multiple of 2048, where rows would compete for places in the cache. */
export function scoreStride(T: i32): usize {
  return <usize>(((T + PANEL - 1) / PANEL) * PANEL) * 4 + 64;
}

/** Keys [T, D] as a right side: packed as they are, or turned to [D, T]. */
export function pack(from: usize, row: usize, rows: i32, D: i32, turned: bool, to: usize): void {
  if (turned) packPanels(from, 4, row, D, rows, to, 0, (rows + PANEL - 1) / PANEL);
  else packPanels(from, row, 4, rows, D, to, 0, (D + PANEL - 1) / PANEL);
}

/** The first key that query i sees. */
export function firstSeen(s: usize, i: i32): i32 {
  return max(0, i - load<i32>(s + REACH));
}

/** One past the last key that query i sees. */
export function endSeen(s: usize, i: i32): i32 {
  if (load<i32>(s + CAUSAL)) return i + 1;
  return min(load<i32>(s + T), i + 1 + load<i32>(s + REACH));
}

/** Keys from `low` on, in whole panels, as far as query i sees. */
export function widthSeen(s: usize, i: i32, low: i32): i32 {
  return ((endSeen(s, i) - low + PANEL - 1) / PANEL) * PANEL;
}

/** Lanes of the keys j to j + 3 that are at least `first` and less than `end`. */
// @inline
export function lanesWithin(j: i32, first: i32, end: i32): v128 {
  const keys = i32x4.add(i32x4.splat(j), i32x4(0, 1, 2, 3));
  return v128.and(i32x4.ge_s(keys, i32x4.splat(first)), i32x4.lt_s(keys, i32x4.splat(end)));
}

const BELOW = memory.data<i32>([-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0]);

/** Where two vectors lie that have every bit of the first `count` of a panel's columns, and none of the others. */
// @inline
export function columnsBelow(count: i32): usize {
  return BELOW + <usize>(PANEL - max(0, min(PANEL, count))) * 4;
}

/** The scores of four keys, `ahead` of their query, from their products: scaled, bent, and lowered by distance. */
export function bentScore(dots: v128, scale: f32, cap: f32, slope: f32, ahead: i32): v128 {
  let x = f32x4.mul(dots, splat(scale));
  if (cap > 0) x = f32x4.mul(splat(cap), tanh(f32x4.mul(x, splat(1 / cap))));
  if (slope != 0) {
    const keys = i32x4.add(i32x4.splat(ahead), i32x4(0, 1, 2, 3));
    x = f32x4.sub(x, f32x4.mul(splat(slope), f32x4.abs(f32x4.convert_i32x4_s(keys))));
  }
  return x;
}

/** Zeros for the numbers from `from` up to `to`, both multiples of four. */
export function clear(at: usize, from: i32, to: i32): void {
  for (let j = from; j < to; j += 4) v128.store(at + <usize>j * 4, splat(0));
}
