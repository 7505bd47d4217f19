import { dot, loadOr, storeUpTo, sumOf } from './rows';
import { madd, shareOf, splat, sumLanes } from './simd';

// Norms of rows, and their gradients, a row at a time.

export function rmsNorm(
  x: usize,
  y: usize,
  eps: f32,
  rows: i32,
  width: i32,
  part: i32,
  parts: i32,
): void {
  const last = shareOf(rows, 1, part + 1, parts);
  for (let row = shareOf(rows, 1, part, parts); row < last; row++) {
    const offset = <usize>row * width * 4;
    const mean = dot(x + offset, x + offset, width) / <f32>width;
    const scale = splat(1 / sqrt<f32>(mean + eps));
    let i = 0;
    for (; i + 16 <= width; i += 16) {
      const from = x + offset + <usize>i * 4;
      const to = y + offset + <usize>i * 4;
      v128.store(to, f32x4.mul(v128.load(from), scale));
      v128.store(to, f32x4.mul(v128.load(from, 16), scale), 16);
      v128.store(to, f32x4.mul(v128.load(from, 32), scale), 32);
      v128.store(to, f32x4.mul(v128.load(from, 48), scale), 48);
    }
    for (; i < width; i += 4) {
      const at = offset + <usize>i * 4;
      storeUpTo(y + at, f32x4.mul(v128.load(x + at), scale), width - i);
    }
  }
}

/** With r = 1 / sqrt(mean(x^2) + eps): r * dy - r^3 * mean(x * dy) * x */
export function rmsNormGrad(
  x: usize,
  dy: usize,
  dx: usize,
  eps: f32,
  rows: i32,
  width: i32,
  part: i32,
  parts: i32,
): void {
  const last = shareOf(rows, 1, part + 1, parts);
  for (let row = shareOf(rows, 1, part, parts); row < last; row++) {
    const offset = <usize>row * width * 4;
    const mean = dot(x + offset, x + offset, width) / <f32>width;
    const r: f32 = 1 / sqrt<f32>(mean + eps);
    const along = splat((-r * r * r * dot(x + offset, dy + offset, width)) / <f32>width);
    const scale = splat(r);
    let i = 0;
    for (; i + 16 <= width; i += 16) {
      const at = offset + <usize>i * 4;
      const a = x + at;
      const b = dy + at;
      const to = dx + at;
      v128.store(to, madd(along, v128.load(a), f32x4.mul(scale, v128.load(b))));
      v128.store(to, madd(along, v128.load(a, 16), f32x4.mul(scale, v128.load(b, 16))), 16);
      v128.store(to, madd(along, v128.load(a, 32), f32x4.mul(scale, v128.load(b, 32))), 32);
      v128.store(to, madd(along, v128.load(a, 48), f32x4.mul(scale, v128.load(b, 48))), 48);
    }
    for (; i < width; i += 4) {
      const at = offset + <usize>i * 4;
      const value = madd(along, v128.load(x + at), f32x4.mul(scale, v128.load(dy + at)));
      storeUpTo(dx + at, value, width - i);
    }
  }
}

/** The sum of (x - mean)^2 over a row. */
function sumOfSquares(x: usize, width: i32, mean: f32): f32 {
  const middle = splat(mean);
  let sum = splat(0);
  let b = splat(0);
  let c = splat(0);
  let d = splat(0);
  let i = 0;
  for (; i + 16 <= width; i += 16) {
    const at = x + <usize>i * 4;
    const x0 = f32x4.sub(v128.load(at), middle);
    const x1 = f32x4.sub(v128.load(at, 16), middle);
    const x2 = f32x4.sub(v128.load(at, 32), middle);
    const x3 = f32x4.sub(v128.load(at, 48), middle);
    sum = madd(x0, x0, sum);
    b = madd(x1, x1, b);
    c = madd(x2, x2, c);
    d = madd(x3, x3, d);
  }
  sum = f32x4.add(f32x4.add(sum, b), f32x4.add(c, d));
  for (; i < width; i += 4) {
    const x0 = f32x4.sub(loadOr(x + <usize>i * 4, width - i, mean), middle);
    sum = madd(x0, x0, sum);
  }
  return sumLanes(sum);
}

export function layerNorm(
  x: usize,
  y: usize,
  eps: f32,
  rows: i32,
  width: i32,
  part: i32,
  parts: i32,
): void {
  const last = shareOf(rows, 1, part + 1, parts);
  for (let row = shareOf(rows, 1, part, parts); row < last; row++) {
    const offset = <usize>row * width * 4;
    const mean = sumOf(x + offset, width) / <f32>width;
    const variance = sumOfSquares(x + offset, width, mean) / <f32>width;
    const r: f32 = 1 / sqrt<f32>(variance + eps);
    const middle = splat(mean);
    const scale = splat(r);
    let i = 0;
    for (; i + 16 <= width; i += 16) {
      const from = x + offset + <usize>i * 4;
      const to = y + offset + <usize>i * 4;
      v128.store(to, f32x4.mul(f32x4.sub(v128.load(from), middle), scale));
      v128.store(to, f32x4.mul(f32x4.sub(v128.load(from, 16), middle), scale), 16);
      v128.store(to, f32x4.mul(f32x4.sub(v128.load(from, 32), middle), scale), 32);
      v128.store(to, f32x4.mul(f32x4.sub(v128.load(from, 48), middle), scale), 48);
    }
    for (; i < width; i += 4) {
      const at = offset + <usize>i * 4;
      storeUpTo(y + at, f32x4.mul(f32x4.sub(v128.load(x + at), middle), scale), width - i);
    }
  }
}

/** Of `centredSums`: what it computed last. */
let squares: f32 = 0;
let products: f32 = 0;

/** The sums of (x - mean)^2 and of (x - mean) * dy over a row, in one pass: rows are short, and each sum is a wait. */
function centredSums(x: usize, dy: usize, width: i32, mean: f32): void {
  const middle = splat(mean);
  let xx = splat(0);
  let xx1 = splat(0);
  let xx2 = splat(0);
  let xx3 = splat(0);
  let xy = splat(0);
  let xy1 = splat(0);
  let xy2 = splat(0);
  let xy3 = splat(0);
  let i = 0;
  for (; i + 16 <= width; i += 16) {
    const at = x + <usize>i * 4;
    const there = dy + <usize>i * 4;
    const x0 = f32x4.sub(v128.load(at), middle);
    const x1 = f32x4.sub(v128.load(at, 16), middle);
    const x2 = f32x4.sub(v128.load(at, 32), middle);
    const x3 = f32x4.sub(v128.load(at, 48), middle);
    xx = madd(x0, x0, xx);
    xx1 = madd(x1, x1, xx1);
    xx2 = madd(x2, x2, xx2);
    xx3 = madd(x3, x3, xx3);
    xy = madd(x0, v128.load(there), xy);
    xy1 = madd(x1, v128.load(there, 16), xy1);
    xy2 = madd(x2, v128.load(there, 32), xy2);
    xy3 = madd(x3, v128.load(there, 48), xy3);
  }
  xx = f32x4.add(f32x4.add(xx, xx1), f32x4.add(xx2, xx3));
  xy = f32x4.add(f32x4.add(xy, xy1), f32x4.add(xy2, xy3));
  for (; i < width; i += 4) {
    const x0 = f32x4.sub(loadOr(x + <usize>i * 4, width - i, mean), middle);
    xx = madd(x0, x0, xx);
    xy = madd(x0, loadOr(dy + <usize>i * 4, width - i, 0), xy);
  }
  squares = sumLanes(xx);
  products = sumLanes(xy);
}

/** With y the normalised row: r * (dy - mean(dy) - y * mean(y * dy)) */
export function layerNormGrad(
  x: usize,
  dy: usize,
  dx: usize,
  eps: f32,
  rows: i32,
  width: i32,
  part: i32,
  parts: i32,
): void {
  const last = shareOf(rows, 1, part + 1, parts);
  for (let row = shareOf(rows, 1, part, parts); row < last; row++) {
    const offset = <usize>row * width * 4;
    const mean = sumOf(x + offset, width) / <f32>width;
    const shift = sumOf(dy + offset, width) / <f32>width;
    centredSums(x + offset, dy + offset, width, mean);
    const r: f32 = 1 / sqrt<f32>(squares / <f32>width + eps);
    const along = (r * r * products) / <f32>width;
    const middle = splat(mean);
    const slope = splat(along);
    const down = splat(shift);
    const scale = splat(r);
    let i = 0;
    for (; i + 16 <= width; i += 16) {
      const at = offset + <usize>i * 4;
      const a = x + at;
      const b = dy + at;
      const to = dx + at;
      v128.store(to, centredGrad(v128.load(a), v128.load(b), middle, slope, down, scale));
      v128.store(
        to,
        centredGrad(v128.load(a, 16), v128.load(b, 16), middle, slope, down, scale),
        16,
      );
      v128.store(
        to,
        centredGrad(v128.load(a, 32), v128.load(b, 32), middle, slope, down, scale),
        32,
      );
      v128.store(
        to,
        centredGrad(v128.load(a, 48), v128.load(b, 48), middle, slope, down, scale),
        48,
      );
    }
    for (; i < width; i += 4) {
      const at = offset + <usize>i * 4;
      const a = v128.load(x + at);
      const b = v128.load(dy + at);
      storeUpTo(dx + at, centredGrad(a, b, middle, slope, down, scale), width - i);
    }
  }
}

// @inline
function centredGrad(x: v128, dy: v128, mean: v128, along: v128, shift: v128, r: v128): v128 {
  const d = f32x4.mul(f32x4.sub(x, mean), along);
  return f32x4.mul(f32x4.sub(f32x4.sub(dy, shift), d), r);
}
