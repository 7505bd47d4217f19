import {
  B,
  D,
  G,
  H,
  QUERIES,
  SCALE,
  SLOPES,
  SOFTCAP,
  T,
  bentScore,
  clear,
  endSeen,
  firstSeen,
  lanesWithin,
  pack,
  scoreStride,
} from './attention-scores';
import { GEMM_BYTES, gemm, PANEL, packedBytes } from './gemm';
import { expOfWeight } from './math';
import { logOne } from './rows';
import { maxLanes, shareOf, splat, sumLanes } from './simd';

// One thread has whole heads of keys. It packs that head's keys and values once, and then takes a few
// queries at a time: their scores are all that is ever stored of the T x T matrix.

/** Bytes of scratch that a thread needs. */
export function attentionScratch(T: i32, D: i32): i32 {
  const scores = QUERIES * <i32>scoreStride(T);
  return GEMM_BYTES + packedBytes(D, T) + packedBytes(T, D) + scores + QUERIES * 4;
}

/**
 * One query's products with the keys from `low` on become exp(score - the largest score), zeros where it does
 * not look. Returns the sum; the largest is left in `largest`.
 */
function weighUp(s: usize, at: usize, width: i32, slope: f32, i: i32, low: i32): f32 {
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

/** Of the scores that `weighUp` saw last. */
let largest: f32 = 0;

/** out and, where `lse` is not 0, the logarithm of each softmax's denominator; out may be 0 too. */
export function attention(
  s: usize,
  q: usize,
  k: usize,
  v: usize,
  out: usize,
  lse: usize,
  scratch: usize,
  scratchBytes: usize,
  part: i32,
  parts: i32,
): void {
  const t = load<i32>(s + T);
  const h = load<i32>(s + H);
  const g = load<i32>(s + G);
  const d = load<i32>(s + D);
  const queryRow = <usize>(h * d) * 4;
  const keyRow = <usize>(g * d) * 4;
  const stride = scoreStride(t);
  const own = scratch + <usize>part * scratchBytes;
  const keys = own + GEMM_BYTES;
  const values = keys + packedBytes(d, t);
  const scores = values + packedBytes(t, d);
  const sums = scores + <usize>QUERIES * stride;

  const heads = load<i32>(s + B) * g;
  const last = shareOf(heads, 1, part + 1, parts);
  for (let n = shareOf(heads, 1, part, parts); n < last; n++) {
    const keyAt = <usize>((n / g) * t * g + (n % g)) * d * 4;
    pack(k + keyAt, keyRow, t, d, true, keys);
    if (out) pack(v + keyAt, keyRow, t, d, false, values);
    for (let head = (n % g) * (h / g), end = head + h / g; head < end; head++) {
      const slope = load<f32>(s + SLOPES + <usize>head * 4);
      for (let i0 = 0; i0 < t; i0 += QUERIES) {
        const rows = min(QUERIES, t - i0);
        const row0 = (n / g) * t + i0;
        const queryAt = <usize>(row0 * h + head) * d * 4;
        const low = firstSeen(s, i0) & -PANEL;
        const width = ((endSeen(s, i0 + rows - 1) - low + PANEL - 1) / PANEL) * PANEL;
        const panels = keys + <usize>(low * d) * 4;
        gemm(q + queryAt, queryRow, 4, panels, scores, stride, 0, rows, d, width, d, false, own);
        for (let r = 0; r < rows; r++) {
          const sum = weighUp(s, scores + <usize>r * stride, width, slope, i0 + r, low);
          store<f32>(sums + <usize>r * 4, 1 / sum);
          if (lse) store<f32>(lse + <usize>((row0 + r) * h + head) * 4, largest + logOne(sum));
        }
        if (!out) continue;
        // Keys beyond the last are no rows of the packed values: the sum ends at T.
        const depth = min(width, t - low);
        const from = values + <usize>(low * PANEL) * 4;
        gemm(scores, stride, 4, from, out + queryAt, queryRow, 0, rows, depth, d, t, false, own);
        for (let r = 0; r < rows; r++) {
          scaleBy(load<f32>(sums + <usize>r * 4), out + queryAt + <usize>r * queryRow, d);
        }
      }
    }
  }
}

function scaleBy(factor: f32, at: usize, count: i32): void {
  let n = 0;
  for (; n + 4 <= count; n += 4) {
    v128.store(at, f32x4.mul(v128.load(at), splat(factor)));
    at += 16;
  }
  for (; n < count; n++) {
    store<f32>(at, load<f32>(at) * factor);
    at += 4;
  }
}
