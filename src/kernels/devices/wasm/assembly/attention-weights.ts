import {
  SCALE,
  SOFTCAP,
  T,
  bentScore,
  clear,
  endSeen,
  firstSeen,
  lanesWithin,
  scoreStride,
} from './attention-scores';
import { expOfWeight } from './math';
import { lanesBelow } from './rows';
import { maxLanes, mostLanes, splat, sumLanes } from './simd';

// How products of queries and keys become weights that are still to be divided by their sum.

/** Of the scores that `weighUp` saw last. */
export let largest: f32 = 0;

/**
 * One query's products with the keys from `low` on become exp(score - the largest score), zeros where it does
 * not look. Returns the sum; the largest is left in `largest`.
 */
export function weighUp(s: usize, at: usize, width: i32, slope: f32, i: i32, low: i32): f32 {
  const scale = load<f32>(s + SCALE);
  const cap = load<f32>(s + SOFTCAP);
  const plain = cap == 0 && slope == 0;
  const first = max(0, firstSeen(s, i) - low);
  const end = min(width, endSeen(s, i) - low);
  const from = first & -4;
  const to = (end + 3) & -4;
  let highest = splat(-Infinity);
  let j = from;
  if (plain && first == from) {
    // Most vectors: those of which the query sees every key.
    for (const whole = end & -4; j < whole; j += 4) {
      const place = at + <usize>j * 4;
      const x = f32x4.mul(v128.load(place), splat(scale));
      v128.store(place, x);
      highest = f32x4.pmax(highest, x);
    }
  }
  for (; j < to; j += 4) {
    const place = at + <usize>j * 4;
    const dots = v128.load(place);
    let x = f32x4.mul(dots, splat(scale));
    if (!plain) x = bentScore(dots, scale, cap, slope, low + j - i);
    if (j < first || j + 4 > end) {
      x = v128.bitselect(x, splat(-Infinity), lanesWithin(j, first, end));
    }
    v128.store(place, x);
    highest = f32x4.pmax(highest, x);
  }
  const most = maxLanes(highest);
  largest = most;
  let sum = splat(0);
  for (let j = from; j < to; j += 4) {
    const place = at + <usize>j * 4;
    const e = expOfWeight(f32x4.sub(v128.load(place), splat(most)));
    sum = f32x4.add(sum, e);
    v128.store(place, e);
  }
  clear(at, 0, from);
  clear(at, to, width);
  return sumLanes(sum);
}

/**
 * The same for the products of several queries from `i0` on that see every key from `low` on up to a place of their
 * own: no branch depends on the query, for only the last vectors of each ask which keys it sees. Leaves every sum and
 * every largest score. Queries go two by two; beside the last of an odd number, a row of scratch that nobody reads.
 */
export function weighUpAll(
  s: usize,
  scores: usize,
  rows: i32,
  width: i32,
  i0: i32,
  low: i32,
  sums: usize,
  most: usize,
): void {
  const stride = scoreStride(load<i32>(s + T));
  const factor = load<f32>(s + SCALE);
  const scale = splat(factor);
  const whole = (endSeen(s, i0) - low) & -4;
  for (let r = 0; r < rows; r++) {
    const at = scores + <usize>r * stride;
    const end = endSeen(s, i0 + r) - low;
    let highest = splat(-Infinity);
    let j = 0;
    for (; j < whole; j += 4) highest = f32x4.pmax(highest, v128.load(at + <usize>j * 4));
    for (; j < width; j += 4) {
      const dots = v128.load(at + <usize>j * 4);
      const seen = v128.bitselect(dots, splat(-Infinity), lanesBelow(end - j));
      highest = f32x4.pmax(highest, seen);
    }
    // A scale is above 0, so that the largest product has the largest score, rounded or not.
    store<f32>(most + <usize>r * 4, mostLanes(highest) * factor);
  }
  for (let r = 0; r < rows; r += 2) {
    const at = scores + <usize>r * stride;
    const next = at + stride;
    const end = endSeen(s, i0 + r) - low;
    const nextEnd = endSeen(s, i0 + r + 1) - low;
    const highest = v128.load_splat<f32>(most + <usize>r * 4);
    const nextHighest = v128.load_splat<f32>(most + <usize>r * 4, 4);
    let sum = splat(0);
    let nextSum = splat(0);
    let j = 0;
    for (; j < whole; j += 4) {
      const place = at + <usize>j * 4;
      const nextPlace = next + <usize>j * 4;
      const e = expOfWeight(f32x4.sub(f32x4.mul(v128.load(place), scale), highest));
      const f = expOfWeight(f32x4.sub(f32x4.mul(v128.load(nextPlace), scale), nextHighest));
      sum = f32x4.add(sum, e);
      nextSum = f32x4.add(nextSum, f);
      v128.store(place, e);
      v128.store(nextPlace, f);
    }
    for (; j < width; j += 4) {
      const place = at + <usize>j * 4;
      const nextPlace = next + <usize>j * 4;
      const x = f32x4.sub(f32x4.mul(v128.load(place), scale), highest);
      const y = f32x4.sub(f32x4.mul(v128.load(nextPlace), scale), nextHighest);
      const e = v128.and(expOfWeight(x), lanesBelow(end - j));
      const f = v128.and(expOfWeight(y), lanesBelow(nextEnd - j));
      sum = f32x4.add(sum, e);
      nextSum = f32x4.add(nextSum, f);
      v128.store(place, e);
      v128.store(nextPlace, f);
    }
    store<f32>(sums + <usize>r * 4, sumLanes(sum));
    store<f32>(sums + <usize>r * 4, sumLanes(nextSum), 4);
  }
}
