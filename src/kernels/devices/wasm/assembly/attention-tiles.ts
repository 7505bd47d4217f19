import { gemm } from './gemm';
import { PANEL } from './panels';
import { madd, splat } from './simd';

/**
 * c[i, j] (+)= sum over k of a[k, i] * b[k, j] for at most a band of rows: `gemmTile` of a left side that is stored
 * transposed, `column` bytes from one k to the next.
 */
export function multiplyColumns(
  a: usize,
  column: usize,
  panels: usize,
  c: usize,
  stride: usize,
  rows: i32,
  K: i32,
  N: i32,
  packed: i32,
  add: bool,
  scratch: usize,
): void {
  if (ASC_FEATURE_RELAXED_SIMD && rows == 6 && N % PANEL == 0) {
    const panel = <usize>(packed * PANEL) * 4;
    for (const end = c + <usize>N * 4; c < end; c += PANEL * 4) {
      tileOfColumns(a, column, panels, K, c, stride, add);
      panels += panel;
    }
    return;
  }
  gemm(a, 4, column, panels, c, stride, 0, rows, K, N, packed, add, scratch);
}

/**
 * `tile6` where the six numbers of a step lie side by side: one address instead of six, two thirds of the instructions.
 * The module has it among its exports, lest it is compiled into the loop around it, where engines may spill.
 */
export function tileOfColumns(
  a: usize,
  column: usize,
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
    s50 = v128.load(c5);
    s51 = v128.load(c5, 16);
  }
  for (const end = b + <usize>K * 32; b < end; b += 32) {
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
    const x5 = v128.load_splat<f32>(a, 20);
    s50 = madd(x5, b0, s50);
    s51 = madd(x5, b1, s51);
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
  v128.store(c5, s50);
  v128.store(c5, s51, 16);
}
