import {
  B,
  CAUSAL,
  D,
  G,
  H,
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
  rowsOfBand,
  scoreStride,
  widthSeen,
} from './attention-scores';
import { weighAll } from './attention-weights';
import { GEMM_BYTES, gemmTile } from './gemm';
import { PANEL, packedBytes } from './panels';
import { expOfWeight, tanh } from './math';
import { shareOf, splat } from './simd';

/**
 * Queries over which gradients of keys and values are summed at once, whole bands and an even number: a sum of few
 * terms is mostly overhead.
 */
const SUMMED: i32 = 72;

/** Bytes of scratch that a thread needs. */
export function attentionGradScratch(T: i32, D: i32): i32 {
  return (
    GEMM_BYTES +
    2 * packedBytes(D, T) +
    packedBytes(T, D) +
    2 * packedBytes(SUMMED, D) +
    2 * SUMMED * <i32>scoreStride(T)
  );
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
    for (let j = 0; j < t && !causal; j++) {
      if (dk) zero(dk + keyAt + <usize>j * keyRow, d);
      if (dv) zero(dv + keyAt + <usize>j * keyRow, d);
    }
    for (let r = 0; r < h / g; r++) {
      const head = (n % g) * (h / g) + r;
      // By causality the first queries that give a key anything are those of its own place, of the first head.
      const add = !causal || r > 0;
      const slope = load<f32>(s + SLOPES + <usize>head * 4);
      const plain = slope == 0 && load<f32>(s + SOFTCAP) == 0;
      for (let start = 0; start < t; start += SUMMED) {
        const summed = min(SUMMED, t - start);
        const blockAt = <usize>(((n / g) * t + start) * h + head) * d * 4;
        const low = firstSeen(s, start) & -PANEL;
        let rows = 0;
        for (let r0 = 0; r0 < summed; r0 += rows) {
          rows = rowsOfBand(summed - r0);
          const i0 = start + r0;
          const queryAt = blockAt + <usize>r0 * queryRow;
          const lastQuery = causal ? i0 + rows - 1 : start + summed - 1;
          const width = widthSeen(s, lastQuery, low);
          const from = <usize>(low * d) * 4;
          const p = weights + <usize>r0 * stride;
          const ds = dots + <usize>r0 * stride;
          const right = keysTurned + from;
          gemmTile(q + queryAt, queryRow, 4, right, p, stride, rows, d, width, d, false, own);
          if (scores) {
            const other = valuesTurned + from;
            gemmTile(dout + queryAt, queryRow, 4, other, ds, stride, rows, d, width, d, false, own);
          }
          const at = <usize>(((n / g) * t + i0) * h + head) * 4;
          if (plain) {
            weighAll(s, p, ds, rows, width, i0, low, lse + at, delta + at, <usize>h * 4);
          } else {
            for (let i = 0; i < rows; i++) {
              const line = <usize>i * stride;
              const most = load<f32>(lse + at + <usize>(i * h) * 4);
              const mean = load<f32>(delta + at + <usize>(i * h) * 4);
              weigh(s, p + line, ds + line, width, slope, i0 + i, low, most, mean);
            }
          }
          if (dq) {
            const depth = endSeen(s, i0 + rows - 1) - low;
            const packed = keys + <usize>(low * PANEL) * 4;
            gemmTile(ds, stride, 4, packed, dq + queryAt, queryRow, rows, depth, d, t, false, own);
          }
        }
        const there = keyAt + <usize>low * keyRow;
        if (dv) {
          pack(dout + blockAt, queryRow, summed, d, false, upstream);
          sumOver(s, weights, stride, upstream, dv + there, keyRow, start, summed, low, add, own);
        }
        if (dk) {
          pack(q + blockAt, queryRow, summed, d, false, queries);
          sumOver(s, dots, stride, queries, dk + there, keyRow, start, summed, low, add, own);
        }
      }
    }
  }
}

/**
 * Adds to the keys from `low` on, at `to`, what `count` queries from `start` on give them. By causality keys
 * beyond `start` get nothing from the queries before them, which have not even written zeros there; to these keys it
 * is added only where `add`.
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
  add: bool,
  own: usize,
): void {
  const d = load<i32>(s + D);
  const causal = load<i32>(s + CAUSAL) != 0;
  const all = (causal ? start : endSeen(s, start + count - 1)) - low;
  let keys = 0;
  for (let r = 0; r < all; r += keys) {
    keys = rowsOfBand(all - r);
    const from = left + <usize>r * 4;
    const place = to + <usize>r * keyRow;
    gemmTile(from, 4, stride, right, place, keyRow, keys, count, d, count, true, own);
  }
  if (!causal) return;
  for (let r = 0; r < count; r += keys) {
    keys = rowsOfBand(count - r);
    const key = start + r - low;
    const from = left + <usize>r * stride + <usize>key * 4;
    const panels = right + <usize>(r * PANEL) * 4;
    const place = to + <usize>key * keyRow;
    gemmTile(from, 4, stride, panels, place, keyRow, keys, count - r, d, count, add, own);
  }
}

/**
 * One query whose scores are bent or lowered by distance: products q . k become weights, and products dout . v the
 * gradients of the former.
 */
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
  const first = max(0, firstSeen(s, i) - low);
  const end = min(width, endSeen(s, i) - low);
  const from = first & -4;
  const to = (end + 3) & -4;
  for (let j = from; j < to; j += 4) {
    const at = weights + <usize>j * 4;
    const there = dots + <usize>j * 4;
    let x = f32x4.mul(v128.load(at), splat(scale));
    let growth = splat(scale);
    if (cap > 0) {
      const bent = tanh(f32x4.mul(x, splat(1 / cap)));
      x = f32x4.mul(splat(cap), bent);
      growth = f32x4.mul(growth, f32x4.sub(splat(1), f32x4.mul(bent, bent)));
    }
    x = bentScore(x, 1, 0, slope, low + j - i);
    let p = expOfWeight(f32x4.sub(x, splat(lse)));
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
