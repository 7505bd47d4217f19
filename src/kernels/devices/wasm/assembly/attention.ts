import { GEMM_BYTES, gemm, PANEL, packedBytes, packPanels } from './gemm';
import { exp, tanh } from './math';
import { logOne } from './rows';
import { maxLanes, shareOf, splat, sumLanes } from './simd';

// q, out, dq, dout: [B, T, H, D]; k, v, dk, dv: [B, T, G, D]; lse, delta: [B, T, H].
// One thread has whole heads of keys. It packs that head's keys and values once, and then takes a few
// queries at a time: their scores are all that is ever stored of the T x T matrix.

/** Queries whose scores are computed together, as far as the last of them sees: whole tiles of the product. */
const QUERIES: i32 = 24;
/** Queries over which gradients of keys and values are summed at once: a sum of few terms is mostly overhead. */
const SUMMED: i32 = 72;

// Where the fields of the settings lie, in bytes; settings.ts on the other side writes them.
const B: usize = 0;
const T: usize = 4;
const H: usize = 8;
const G: usize = 12;
const D: usize = 16;
const CAUSAL: usize = 20;
/** How many positions a query reaches, beside itself. */
const REACH: usize = 24;
const SCALE: usize = 28;
/** 0 for none. */
const SOFTCAP: usize = 32;
/** What each head takes from a score for each position of distance, [H] from here on. */
const SLOPES: usize = 36;

/** Bytes of a row of scores: never a multiple of 2048, where rows would compete for places in the cache. */
function scoreStride(T: i32): usize {
  return <usize>(((T + PANEL - 1) / PANEL) * PANEL) * 4 + 64;
}

/** Bytes of scratch that a thread needs. */
export function attentionScratch(T: i32, D: i32): i32 {
  const scores = QUERIES * <i32>scoreStride(T);
  return GEMM_BYTES + packedBytes(D, T) + packedBytes(T, D) + scores + QUERIES * 4;
}
export function attentionGradScratch(T: i32, D: i32): i32 {
  return (
    GEMM_BYTES +
    2 * packedBytes(D, T) +
    packedBytes(T, D) +
    2 * packedBytes(SUMMED, D) +
    2 * SUMMED * <i32>scoreStride(T)
  );
}

/** Keys [T, D] as a right side: packed as they are, or turned to [D, T]. */
function pack(from: usize, row: usize, rows: i32, D: i32, turned: bool, to: usize): void {
  if (turned) packPanels(from, 4, row, D, rows, to, 0, (rows + PANEL - 1) / PANEL);
  else packPanels(from, row, 4, rows, D, to, 0, (D + PANEL - 1) / PANEL);
}

/** The first key that query i sees. */
function firstSeen(s: usize, i: i32): i32 {
  return max(0, i - load<i32>(s + REACH));
}

/** One past the last key that query i sees. */
function endSeen(s: usize, i: i32): i32 {
  if (load<i32>(s + CAUSAL)) return i + 1;
  return min(load<i32>(s + T), i + 1 + load<i32>(s + REACH));
}

/** Lanes of the keys j to j + 3 that are at least `first` and less than `end`. */
// @inline
function lanesWithin(j: i32, first: i32, end: i32): v128 {
  const keys = i32x4.add(i32x4.splat(j), i32x4(0, 1, 2, 3));
  return v128.and(i32x4.ge_s(keys, i32x4.splat(first)), i32x4.lt_s(keys, i32x4.splat(end)));
}

/** The scores of four keys, `ahead` of their query, from their products: scaled, bent, and lowered by distance. */
function bentScore(dots: v128, scale: f32, cap: f32, slope: f32, ahead: i32): v128 {
  let x = f32x4.mul(dots, splat(scale));
  if (cap > 0) x = f32x4.mul(splat(cap), tanh(f32x4.mul(x, splat(1 / cap))));
  if (slope != 0) {
    const keys = i32x4.add(i32x4.splat(ahead), i32x4(0, 1, 2, 3));
    x = f32x4.sub(x, f32x4.mul(splat(slope), f32x4.abs(f32x4.convert_i32x4_s(keys))));
  }
  return x;
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
  for (let j = from; j < to; j += 4) {
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
    const e = exp(f32x4.sub(v128.load(place), splat(most)));
    sum = f32x4.add(sum, e);
    v128.store(place, e);
  }
  clear(at, 0, from);
  clear(at, to, width);
  return sumLanes(sum);
}

/** Of the scores that `weighUp` saw last. */
let largest: f32 = 0;

/** Zeros for the numbers from `from` up to `to`, both multiples of four. */
function clear(at: usize, from: i32, to: i32): void {
  for (let j = from; j < to; j += 4) v128.store(at + <usize>j * 4, splat(0));
}

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

/** Zeros, where there are too few of them for a call of the engine's own. */
function zero(at: usize, count: i32): void {
  let n = 0;
  for (; n + 4 <= count; n += 4) {
    v128.store(at, splat(0));
    at += 16;
  }
  for (; n < count; n++) {
    store<f32>(at, 0);
    at += 4;
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

/**
 * The gradients, each where its place is not 0. With weights p = exp(score - lse) and dp = dout . v, the
 * products q . k have the gradient p (dp - delta) times the slope of the score.
 */
export function attentionGrad(
  s: usize,
  q: usize,
  k: usize,
  v: usize,
  lse: usize,
  delta: usize,
  dout: usize,
  dq: usize,
  dk: usize,
  dv: usize,
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
  const keysTurned = own + GEMM_BYTES;
  const valuesTurned = keysTurned + packedBytes(d, t);
  const keys = valuesTurned + packedBytes(d, t);
  const queries = keys + packedBytes(t, d);
  const upstream = queries + packedBytes(SUMMED, d);
  const weights = upstream + packedBytes(SUMMED, d);
  const dots = weights + SUMMED * stride;
  const causal = load<i32>(s + CAUSAL) != 0;
  const scores = dq != 0 || dk != 0;

  const heads = load<i32>(s + B) * g;
  const last = shareOf(heads, 1, part + 1, parts);
  for (let n = shareOf(heads, 1, part, parts); n < last; n++) {
    const keyAt = <usize>((n / g) * t * g + (n % g)) * d * 4;
    pack(k + keyAt, keyRow, t, d, true, keysTurned);
    if (scores) pack(v + keyAt, keyRow, t, d, true, valuesTurned);
    if (dq) pack(k + keyAt, keyRow, t, d, false, keys);
    for (let j = 0; j < t; j++) {
      if (dk) zero(dk + keyAt + <usize>j * keyRow, d);
      if (dv) zero(dv + keyAt + <usize>j * keyRow, d);
    }
    for (let head = (n % g) * (h / g), end = head + h / g; head < end; head++) {
      const slope = load<f32>(s + SLOPES + <usize>head * 4);
      for (let start = 0; start < t; start += SUMMED) {
        const summed = min(SUMMED, t - start);
        const blockAt = <usize>(((n / g) * t + start) * h + head) * d * 4;
        const low = firstSeen(s, start) & -PANEL;
        for (let r0 = 0; r0 < summed; r0 += QUERIES) {
          const rows = min(QUERIES, summed - r0);
          const i0 = start + r0;
          const queryAt = blockAt + <usize>r0 * queryRow;
          const lastQuery = causal ? i0 + rows - 1 : start + summed - 1;
          const width = ((endSeen(s, lastQuery) - low + PANEL - 1) / PANEL) * PANEL;
          const from = <usize>(low * d) * 4;
          const p = weights + <usize>r0 * stride;
          const ds = dots + <usize>r0 * stride;
          const right = keysTurned + from;
          gemm(q + queryAt, queryRow, 4, right, p, stride, 0, rows, d, width, d, false, own);
          if (scores) {
            const other = valuesTurned + from;
            gemm(dout + queryAt, queryRow, 4, other, ds, stride, 0, rows, d, width, d, false, own);
          }
          for (let r = 0; r < rows; r++) {
            const line = <usize>r * stride;
            const at = <usize>(((n / g) * t + i0 + r) * h + head) * 4;
            const most = load<f32>(lse + at);
            weigh(s, p + line, ds + line, width, slope, i0 + r, low, most, load<f32>(delta + at));
          }
          if (dq) {
            const depth = min(width, t - low);
            const packed = keys + <usize>(low * PANEL) * 4;
            gemm(ds, stride, 4, packed, dq + queryAt, queryRow, 0, rows, depth, d, t, false, own);
          }
        }
        const there = keyAt + <usize>low * keyRow;
        if (dv) {
          pack(dout + blockAt, queryRow, summed, d, false, upstream);
          sumOver(s, weights, stride, upstream, dv + there, keyRow, start, summed, low, own);
        }
        if (dk) {
          pack(q + blockAt, queryRow, summed, d, false, queries);
          sumOver(s, dots, stride, queries, dk + there, keyRow, start, summed, low, own);
        }
      }
    }
  }
}

/**
 * Adds to the keys from `low` on, at `to`, what `count` queries from `start` on give them. By causality keys
 * beyond `start` get nothing from the queries before them, which have not even written zeros there.
 */
function sumOver(
  s: usize,
  left: usize,
  stride: usize,
  right: usize,
  to: usize,
  keyRow: usize,
  start: i32,
  count: i32,
  low: i32,
  own: usize,
): void {
  const d = load<i32>(s + D);
  const causal = load<i32>(s + CAUSAL) != 0;
  const all = (causal ? start : endSeen(s, start + count - 1)) - low;
  gemm(left, 4, stride, right, to, keyRow, 0, all, count, d, count, true, own);
  if (!causal) return;
  for (let r = 0; r < count; r += QUERIES) {
    const key = start + r - low;
    const from = left + <usize>r * stride + <usize>key * 4;
    const panels = right + <usize>(r * PANEL) * 4;
    const keys = min(QUERIES, count - r);
    const place = to + <usize>key * keyRow;
    gemm(from, 4, stride, panels, place, keyRow, 0, keys, count - r, d, count, true, own);
  }
}

/** One query: products q . k become weights, and products dout . v the gradients of the former. */
function weigh(
  s: usize,
  weights: usize,
  dots: usize,
  width: i32,
  slope: f32,
  i: i32,
  low: i32,
  lse: f32,
  delta: f32,
): void {
  const scale = load<f32>(s + SCALE);
  const cap = load<f32>(s + SOFTCAP);
  const plain = cap == 0 && slope == 0;
  const first = max(0, firstSeen(s, i) - low);
  const end = min(width, endSeen(s, i) - low);
  const from = first & -4;
  const to = (end + 3) & -4;
  for (let j = from; j < to; j += 4) {
    const at = weights + <usize>j * 4;
    const there = dots + <usize>j * 4;
    const qk = v128.load(at);
    let x = f32x4.mul(qk, splat(scale));
    let growth = splat(scale);
    if (!plain) {
      x = bentScore(qk, scale, cap, slope, low + j - i);
      if (cap > 0) {
        const bent = tanh(f32x4.mul(f32x4.mul(qk, splat(scale)), splat(1 / cap)));
        growth = f32x4.mul(growth, f32x4.sub(splat(1), f32x4.mul(bent, bent)));
      }
    }
    let p = exp(f32x4.sub(x, splat(lse)));
    let gradient = f32x4.mul(f32x4.mul(p, f32x4.sub(v128.load(there), splat(delta))), growth);
    if (j < first || j + 4 > end) {
      const mask = lanesWithin(j, first, end);
      p = v128.and(p, mask);
      gradient = v128.and(gradient, mask);
    }
    v128.store(at, p);
    v128.store(there, gradient);
  }
  clear(weights, 0, from);
  clear(weights, to, width);
  clear(dots, 0, from);
  clear(dots, to, width);
}
