import {
  SCALE,
  SCALE_OF_2,
  SOFTCAP,
  T,
  bentScore,
  clear,
  columnsBelow,
  endSeen,
  firstSeen,
  lanesWithin,
  scoreStride,
} from './attention-scores';
import { PANEL } from './panels';
import { expOfWeight, power, powerUpTo127 } from './math';
import { madd, maxLanes, splat, sumLanes } from './simd';

// How products of queries and keys become weights that are still to be divided by their sum.

/** Of the scores that `weighUp` saw last. */
export let largest: f32 = 0;

/**
 * One query's products with the keys from `low` on become exp(score - the largest score), zeros where it does
 * not look. Returns the sum; the largest is left in `largest`. For scores that are bent or lowered, and those that are
 * too large for `weighUpAll`.
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

const LOG2E: f32 = 1.44269504088896341;

/** Between these, a sum of weights is worth having: none was too large to be multiplied by values, and none that counts too small. */
const LEAST_SUM: f32 = 5.421010862427522e-20; // 2^-64
const MOST_SUM: f32 = 1.8446744073709552e19; // 2^64

/**
 * The products of several queries from `i0` on with the keys from `low` on become exp(score), with no largest score
 * taken from it: a softmax is the same without, as long as floats hold the sums. Leaves these, and returns whether
 * they do; if not, the products are lost. Queries go two by two; beside the last of an odd number, a row of scratch
 * that nobody reads.
 */
export function weighUpAll(
  s: usize,
  scores: usize,
  rows: i32,
  width: i32,
  i0: i32,
  low: i32,
  sums: usize,
): bool {
  const stride = scoreStride(load<i32>(s + T));
  const scale = v128.load_splat<f32>(s + SCALE_OF_2);
  // Between these, every query sees every key.
  const from = firstSeen(s, i0 + rows - 1) - low;
  const to = (endSeen(s, i0) - low) & -PANEL;
  let good = true;
  for (let r = 0; r < rows; r += 2) {
    let at = scores + <usize>r * stride;
    let next = at + stride;
    let sum = splat(0);
    let nextSum = splat(0);
    for (let j = 0; j < width; j += PANEL) {
      let e0 = powerUpTo127(f32x4.mul(v128.load(at), scale));
      let e1 = powerUpTo127(f32x4.mul(v128.load(at, 16), scale));
      let f0 = powerUpTo127(f32x4.mul(v128.load(next), scale));
      let f1 = powerUpTo127(f32x4.mul(v128.load(next, 16), scale));
      if (j >= to) {
        const seen = columnsBelow(endSeen(s, i0 + r) - low - j);
        const nextSeen = columnsBelow(endSeen(s, i0 + r + 1) - low - j);
        e0 = v128.and(e0, v128.load(seen));
        e1 = v128.and(e1, v128.load(seen, 16));
        f0 = v128.and(f0, v128.load(nextSeen));
        f1 = v128.and(f1, v128.load(nextSeen, 16));
      }
      if (j < from) {
        const unseen = columnsBelow(firstSeen(s, i0 + r) - low - j);
        const nextUnseen = columnsBelow(firstSeen(s, i0 + r + 1) - low - j);
        e0 = v128.andnot(e0, v128.load(unseen));
        e1 = v128.andnot(e1, v128.load(unseen, 16));
        f0 = v128.andnot(f0, v128.load(nextUnseen));
        f1 = v128.andnot(f1, v128.load(nextUnseen, 16));
      }
      sum = f32x4.add(sum, f32x4.add(e0, e1));
      nextSum = f32x4.add(nextSum, f32x4.add(f0, f1));
      v128.store(at, e0);
      v128.store(at, e1, 16);
      v128.store(next, f0);
      v128.store(next, f1, 16);
      at += PANEL * 4;
      next += PANEL * 4;
    }
    const one = sumLanes(sum);
    const other = sumLanes(nextSum);
    if (!(one > LEAST_SUM && one < MOST_SUM)) good = false;
    if (r + 1 < rows && !(other > LEAST_SUM && other < MOST_SUM)) good = false;
    store<f32>(sums + <usize>r * 4, one);
    store<f32>(sums + <usize>r * 4, other, 4);
  }
  return good;
}

/**
 * The products of several queries with the keys from `low` on become weights exp(score - lse), and their products
 * dout . v the gradients of the former: p (dot - delta) scale. Queries two by two, as above; lse and delta of
 * one are `apart` bytes behind those of the one before.
 */
export function weighAll(
  s: usize,
  weights: usize,
  dots: usize,
  rows: i32,
  width: i32,
  i0: i32,
  low: i32,
  lse: usize,
  delta: usize,
  apart: usize,
): void {
  const stride = scoreStride(load<i32>(s + T));
  const growth = v128.load_splat<f32>(s + SCALE);
  const scale = v128.load_splat<f32>(s + SCALE_OF_2);
  const from = firstSeen(s, i0 + rows - 1) - low;
  const to = (endSeen(s, i0) - low) & -PANEL;
  for (let r = 0; r < rows; r += 2) {
    const other: usize = r + 1 < rows ? apart : 0;
    const shift = f32x4.mul(v128.load_splat<f32>(lse), splat(-LOG2E));
    const nextShift = f32x4.mul(v128.load_splat<f32>(lse + other), splat(-LOG2E));
    const mean = f32x4.neg(f32x4.mul(v128.load_splat<f32>(delta), growth));
    const nextMean = f32x4.neg(f32x4.mul(v128.load_splat<f32>(delta + other), growth));
    lse += 2 * apart;
    delta += 2 * apart;
    let at = weights + <usize>r * stride;
    let next = at + stride;
    let there = dots + <usize>r * stride;
    let nextThere = there + stride;
    for (let j = 0; j < width; j += PANEL) {
      let e0 = power(madd(v128.load(at), scale, shift));
      let e1 = power(madd(v128.load(at, 16), scale, shift));
      let f0 = power(madd(v128.load(next), scale, nextShift));
      let f1 = power(madd(v128.load(next, 16), scale, nextShift));
      let d0 = madd(v128.load(there), growth, mean);
      let d1 = madd(v128.load(there, 16), growth, mean);
      let g0 = madd(v128.load(nextThere), growth, nextMean);
      let g1 = madd(v128.load(nextThere, 16), growth, nextMean);
      if (j >= to) {
        const seen = columnsBelow(endSeen(s, i0 + r) - low - j);
        const nextSeen = columnsBelow(endSeen(s, i0 + r + 1) - low - j);
        e0 = v128.and(e0, v128.load(seen));
        e1 = v128.and(e1, v128.load(seen, 16));
        f0 = v128.and(f0, v128.load(nextSeen));
        f1 = v128.and(f1, v128.load(nextSeen, 16));
      }
      if (j < from) {
        const unseen = columnsBelow(firstSeen(s, i0 + r) - low - j);
        const nextUnseen = columnsBelow(firstSeen(s, i0 + r + 1) - low - j);
        e0 = v128.andnot(e0, v128.load(unseen));
        e1 = v128.andnot(e1, v128.load(unseen, 16));
        f0 = v128.andnot(f0, v128.load(nextUnseen));
        f1 = v128.andnot(f1, v128.load(nextUnseen, 16));
      }
      v128.store(at, e0);
      v128.store(at, e1, 16);
      v128.store(next, f0);
      v128.store(next, f1, 16);
      v128.store(there, f32x4.mul(e0, d0));
      v128.store(there, f32x4.mul(e1, d1), 16);
      v128.store(nextThere, f32x4.mul(f0, g0));
      v128.store(nextThere, f32x4.mul(f1, g1), 16);
      at += PANEL * 4;
      next += PANEL * 4;
      there += PANEL * 4;
      nextThere += PANEL * 4;
    }
  }
}
