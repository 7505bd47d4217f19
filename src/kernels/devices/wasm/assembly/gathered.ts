import { madd, splat } from './simd';

// Tiles of a left side whose rows lie at distances that are known here, side by side or where they were copied to, so that
// one address is enough for all of them: an engine needs few registers, and repeats the loop's body by itself.

/** Bytes from row to row of a block of 256 columns that is copied as it is: no multiple of 2048, and every row on a cache line. */
export const COPIED: usize = 1024 + 64;

/**
 * A tile of six rows whose numbers for each k lie side by side, `column` bytes from one k to the next, by one panel of b;
 * `add`: onto what c holds.
 */
export function columns6(
  a: usize,
  column: usize,
  b: usize,
  K: i32,
  c: usize,
  stride: usize,
  add: bool,
): void {
  sideBySide(6, false, a, column, 0, b, K, c, stride, add);
}

/** The same of five rows. */
export function columns5(
  a: usize,
  column: usize,
  b: usize,
  K: i32,
  c: usize,
  stride: usize,
  add: bool,
): void {
  sideBySide(5, false, a, column, 0, b, K, c, stride, add);
}

/**
 * Six rows for the first panel: reads a where it lies, and gathers it at `to`. While products wait for each other, what this adds costs next to nothing.
 */
export function gathering6(
  a: usize,
  column: usize,
  to: usize,
  b: usize,
  K: i32,
  c: usize,
  stride: usize,
  add: bool,
): void {
  sideBySide(6, true, a, column, to, b, K, c, stride, add);
}

/** The same of five rows. */
export function gathering5(
  a: usize,
  column: usize,
  to: usize,
  b: usize,
  K: i32,
  c: usize,
  stride: usize,
  add: bool,
): void {
  sideBySide(5, true, a, column, to, b, K, c, stride, add);
}

// @inline
function sideBySide(
  rows: i32,
  gathers: bool,
  a: usize,
  column: usize,
  to: usize,
  b: usize,
  K: i32,
  c: usize,
  stride: usize,
  add: bool,
): void {
  const c1 = c + stride;
  const c2 = c1 + stride;
  const c3 = c2 + stride;
  const c4 = c3 + stride;
  const c5 = c4 + stride;
  let s00 = splat(0);
  let s01 = splat(0);
  let s10 = splat(0);
  let s11 = splat(0);
  let s20 = splat(0);
  let s21 = splat(0);
  let s30 = splat(0);
  let s31 = splat(0);
  let s40 = splat(0);
  let s41 = splat(0);
  let s50 = splat(0);
  let s51 = splat(0);
  if (add) {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
    s40 = v128.load(c4);
    s41 = v128.load(c4, 16);
    if (rows == 6) {
      s50 = v128.load(c5);
      s51 = v128.load(c5, 16);
    }
  }
  for (const end = b + <usize>K * 32; b < end; b += 32) {
    if (gathers) {
      v128.store(to, v128.load(a));
      if (rows == 6) store<u64>(to, load<u64>(a, 16), 16);
      else store<u32>(to, load<u32>(a, 16), 16);
      to += <usize>rows * 4;
    }
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load_splat<f32>(a);
    s00 = madd(x0, b0, s00);
    s01 = madd(x0, b1, s01);
    const x1 = v128.load_splat<f32>(a, 4);
    s10 = madd(x1, b0, s10);
    s11 = madd(x1, b1, s11);
    const x2 = v128.load_splat<f32>(a, 8);
    s20 = madd(x2, b0, s20);
    s21 = madd(x2, b1, s21);
    const x3 = v128.load_splat<f32>(a, 12);
    s30 = madd(x3, b0, s30);
    s31 = madd(x3, b1, s31);
    const x4 = v128.load_splat<f32>(a, 16);
    s40 = madd(x4, b0, s40);
    s41 = madd(x4, b1, s41);
    if (rows == 6) {
      const x5 = v128.load_splat<f32>(a, 20);
      s50 = madd(x5, b0, s50);
      s51 = madd(x5, b1, s51);
    }
    a += column;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
  v128.store(c4, s40);
  v128.store(c4, s41, 16);
  if (rows == 6) {
    v128.store(c5, s50);
    v128.store(c5, s51, 16);
  }
}

/** A copied tile of six rows, COPIED bytes apart, by one panel of b, K products each; `add`: onto what c holds. */
export function copied6(a: usize, b: usize, K: i32, c: usize, stride: usize, add: bool): void {
  const c1 = c + stride;
  const c2 = c1 + stride;
  const c3 = c2 + stride;
  const c4 = c3 + stride;
  const c5 = c4 + stride;
  let s00 = splat(0);
  let s01 = splat(0);
  let s10 = splat(0);
  let s11 = splat(0);
  let s20 = splat(0);
  let s21 = splat(0);
  let s30 = splat(0);
  let s31 = splat(0);
  let s40 = splat(0);
  let s41 = splat(0);
  let s50 = splat(0);
  let s51 = splat(0);
  if (add) {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
    s40 = v128.load(c4);
    s41 = v128.load(c4, 16);
    s50 = v128.load(c5);
    s51 = v128.load(c5, 16);
  }
  for (const end = b + <usize>K * 32; b < end; b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load_splat<f32>(a);
    s00 = madd(x0, b0, s00);
    s01 = madd(x0, b1, s01);
    const x1 = v128.load_splat<f32>(a, COPIED);
    s10 = madd(x1, b0, s10);
    s11 = madd(x1, b1, s11);
    const x2 = v128.load_splat<f32>(a, 2 * COPIED);
    s20 = madd(x2, b0, s20);
    s21 = madd(x2, b1, s21);
    const x3 = v128.load_splat<f32>(a, 3 * COPIED);
    s30 = madd(x3, b0, s30);
    s31 = madd(x3, b1, s31);
    const x4 = v128.load_splat<f32>(a, 4 * COPIED);
    s40 = madd(x4, b0, s40);
    s41 = madd(x4, b1, s41);
    const x5 = v128.load_splat<f32>(a, 5 * COPIED);
    s50 = madd(x5, b0, s50);
    s51 = madd(x5, b1, s51);
    a += 4;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
  v128.store(c4, s40);
  v128.store(c4, s41, 16);
  v128.store(c5, s50);
  v128.store(c5, s51, 16);
}
