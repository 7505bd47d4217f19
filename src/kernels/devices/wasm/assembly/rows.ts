import { expOfWeight, log } from './math';
import { madd, maxLanes, shareOf, splat, sumLanes } from './simd';

// Rows of `width` numbers. A vector that reaches over a row's end is never written; what it reads there is
// masked out.

/** A vector of a row, with `rest` in the lanes beyond its end. */
export function loadOr(at: usize, left: i32, rest: f32): v128 {
  const x = v128.load(at);
  if (left >= 4) return x;
  return v128.bitselect(x, splat(rest), lanesBelow(left));
}

/** All bits of the first `count` lanes. */
export function lanesBelow(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** Writes a vector of a row, or as much of it as the row has left. */
export function storeUpTo(at: usize, x: v128, left: i32): void {
  if (left >= 4) {
    v128.store(at, x);
    return;
  }
  store<f32>(at, f32x4.extract_lane(x, 0));
  if (left > 1) store<f32>(at, f32x4.extract_lane(x, 1), 4);
  if (left > 2) store<f32>(at, f32x4.extract_lane(x, 2), 8);
}

export function maxOf(x: usize, width: i32): f32 {
  let most = splat(-Infinity);
  for (let i = 0; i < width; i += 4) {
    most = f32x4.max(most, loadOr(x + <usize>i * 4, width - i, -Infinity));
  }
  return maxLanes(most);
}

/** The largest number of a row, any number where some are NaN: one instruction a vector, not eight. */
export function mostOf(x: usize, width: i32): f32 {
  let most = splat(-Infinity);
  let i = 0;
  for (; i + 4 <= width; i += 4) most = f32x4.pmax(most, v128.load(x + <usize>i * 4));
  if (i < width) most = f32x4.pmax(most, loadOr(x + <usize>i * 4, width - i, -Infinity));
  return maxLanes(most);
}

// Sums of several vectors side by side: an addition waits three cycles for the one before it, and a row is short.

export function sumOf(x: usize, width: i32): f32 {
  let sum = splat(0);
  let b = splat(0);
  let c = splat(0);
  let d = splat(0);
  let i = 0;
  for (; i + 16 <= width; i += 16) {
    const at = x + <usize>i * 4;
    sum = f32x4.add(sum, v128.load(at));
    b = f32x4.add(b, v128.load(at, 16));
    c = f32x4.add(c, v128.load(at, 32));
    d = f32x4.add(d, v128.load(at, 48));
  }
  sum = f32x4.add(f32x4.add(sum, b), f32x4.add(c, d));
  for (; i < width; i += 4) sum = f32x4.add(sum, loadOr(x + <usize>i * 4, width - i, 0));
  return sumLanes(sum);
}

export function dot(x: usize, y: usize, width: i32): f32 {
  let sum = splat(0);
  let b = splat(0);
  let c = splat(0);
  let d = splat(0);
  let i = 0;
  for (; i + 16 <= width; i += 16) {
    const left = x + <usize>i * 4;
    const right = y + <usize>i * 4;
    sum = madd(v128.load(left), v128.load(right), sum);
    b = madd(v128.load(left, 16), v128.load(right, 16), b);
    c = madd(v128.load(left, 32), v128.load(right, 32), c);
    d = madd(v128.load(left, 48), v128.load(right, 48), d);
  }
  sum = f32x4.add(f32x4.add(sum, b), f32x4.add(c, d));
  for (; i + 4 <= width; i += 4) {
    sum = madd(v128.load(x + <usize>i * 4), v128.load(y + <usize>i * 4), sum);
  }
  let total = sumLanes(sum);
  for (; i < width; i++) total += load<f32>(x + <usize>i * 4) * load<f32>(y + <usize>i * 4);
  return total;
}

/** The sum of exp(x - most) over a row. */
export function sumOfExp(x: usize, width: i32, most: f32): f32 {
  let sum = splat(0);
  for (let i = 0; i < width; i += 4) {
    const shifted = f32x4.sub(loadOr(x + <usize>i * 4, width - i, -Infinity), splat(most));
    sum = f32x4.add(sum, expOfWeight(shifted));
  }
  return sumLanes(sum);
}

/** The same, with every exp(x - most) written to `to`. */
export function expOf(x: usize, to: usize, width: i32, most: f32): f32 {
  let sum = splat(0);
  for (let i = 0; i < width; i += 4) {
    const at = <usize>i * 4;
    const e = expOfWeight(f32x4.sub(loadOr(x + at, width - i, -Infinity), splat(most)));
    sum = f32x4.add(sum, e);
    storeUpTo(to + at, e, width - i);
  }
  return sumLanes(sum);
}

export function logOne(x: f32): f32 {
  return f32x4.extract_lane(log(splat(x)), 0);
}

export function softmax(x: usize, y: usize, rows: i32, width: i32, part: i32, parts: i32): void {
  const bytes = <usize>width * 4;
  const last = shareOf(rows, 1, part + 1, parts);
  for (let row = shareOf(rows, 1, part, parts); row < last; row++) {
    const from = x + <usize>row * bytes;
    const to = y + <usize>row * bytes;
    const scale = splat(1 / expOf(from, to, width, mostOf(from, width)));
    for (let i = 0; i < width; i += 4) {
      const at = to + <usize>i * 4;
      storeUpTo(at, f32x4.mul(v128.load(at), scale), width - i);
    }
  }
}

/** y * (dy - sum(y * dy)) */
export function softmaxGrad(
  y: usize,
  dy: usize,
  dx: usize,
  rows: i32,
  width: i32,
  part: i32,
  parts: i32,
): void {
  const last = shareOf(rows, 1, part + 1, parts);
  for (let row = shareOf(rows, 1, part, parts); row < last; row++) {
    const offset = <usize>row * width * 4;
    const total = splat(dot(y + offset, dy + offset, width));
    for (let i = 0; i < width; i += 4) {
      const at = offset + <usize>i * 4;
      const value = f32x4.mul(v128.load(y + at), f32x4.sub(v128.load(dy + at), total));
      storeUpTo(dx + at, value, width - i);
    }
  }
}

export function logSumExp(x: usize, y: usize, rows: i32, width: i32, part: i32, parts: i32): void {
  const last = shareOf(rows, 1, part + 1, parts);
  for (let row = shareOf(rows, 1, part, parts); row < last; row++) {
    const from = x + <usize>row * width * 4;
    const most = mostOf(from, width);
    store<f32>(y + <usize>row * 4, most + logOne(sumOfExp(from, width, most)));
  }
}
