import { GEMM_BYTES, gemm, PANEL, packedBytes, packPanels } from './gemm';
import { exp, tanh } from './math';
import { logOne, maxOf, sumOfExp } from './rows';
import { shareOf, splat, sumLanes } from './simd';

// q, out, dq, dout: [B, T, H, D]; k, v, dk, dv: [B, T, G, D]; lse, delta: [B, T, H].
// One thread has whole heads of keys. It packs that head's keys and values once, and then takes a few
// queries at a time: their scores [QUERIES, T] are all that is ever stored of the T x T matrix.

/** Queries of one tile. */
const QUERIES: i32 = 16;

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

function scoreStride(T: i32): usize {
  return <usize>(((T + PANEL - 1) / PANEL) * PANEL) * 4;
}

/** Bytes of scratch that a thread needs. */
export function attentionScratch(T: i32, D: i32): i32 {
  return GEMM_BYTES + packedBytes(D, T) + packedBytes(T, D) + QUERIES * <i32>scoreStride(T);
}
export function attentionGradScratch(T: i32, D: i32): i32 {
  return (
    GEMM_BYTES +
    2 * packedBytes(D, T) +
    packedBytes(T, D) +
    2 * packedBytes(QUERIES, D) +
    2 * QUERIES * <i32>scoreStride(T)
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

/** Lanes of the keys j to j + 3 that query i sees. */
function seen(s: usize, i: i32, j: i32): v128 {
  const keys = i32x4.add(i32x4.splat(j), i32x4(0, 1, 2, 3));
  const after = i32x4.ge_s(keys, i32x4.splat(firstSeen(s, i)));
  return v128.and(after, i32x4.lt_s(keys, i32x4.splat(endSeen(s, i))));
}

/** The scores of four keys from their products with query i: scaled, bent, and lowered by distance. */
function score(s: usize, dots: v128, slope: f32, i: i32, j: i32): v128 {
  let x = f32x4.mul(dots, splat(load<f32>(s + SCALE)));
  const cap = load<f32>(s + SOFTCAP);
  if (cap > 0) x = f32x4.mul(splat(cap), tanh(f32x4.mul(x, splat(1 / cap))));
  if (slope != 0) {
    const keys = i32x4.add(i32x4.splat(j - i), i32x4(0, 1, 2, 3));
    x = f32x4.sub(x, f32x4.mul(splat(slope), f32x4.abs(f32x4.convert_i32x4_s(keys))));
  }
  return x;
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
          const at = scores + <usize>r * stride;
          const i = i0 + r;
          for (let j = 0; j < width; j += 4) {
            const x = score(s, v128.load(at + <usize>j * 4), slope, i, low + j);
            const masked = v128.bitselect(x, splat(-Infinity), seen(s, i, low + j));
            v128.store(at + <usize>j * 4, masked);
          }
          const most = maxOf(at, width);
          if (!out) {
            const total = most + logOne(sumOfExp(at, width, most));
            store<f32>(lse + <usize>((row0 + r) * h + head) * 4, total);
            continue;
          }
          let sum = splat(0);
          for (let j = 0; j < width; j += 4) {
            const e = exp(f32x4.sub(v128.load(at + <usize>j * 4), splat(most)));
            sum = f32x4.add(sum, e);
            v128.store(at + <usize>j * 4, e);
          }
          const total = sumLanes(sum);
          for (let j = 0; j < width; j += 4) {
            const place = at + <usize>j * 4;
            v128.store(place, f32x4.mul(v128.load(place), splat(1 / total)));
          }
          if (lse) store<f32>(lse + <usize>((row0 + r) * h + head) * 4, most + logOne(total));
        }
        if (!out) continue;
        // Keys beyond the last are no rows of the packed values: the sum ends at T.
        const depth = min(width, t - low);
        const from = values + <usize>(low * PANEL) * 4;
        gemm(scores, stride, 4, from, out + queryAt, queryRow, 0, rows, depth, d, t, false, own);
      }
    }
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
  const upstream = queries + packedBytes(QUERIES, d);
  const weights = upstream + packedBytes(QUERIES, d);
  const dots = weights + QUERIES * stride;

  const heads = load<i32>(s + B) * g;
  const last = shareOf(heads, 1, part + 1, parts);
  for (let n = shareOf(heads, 1, part, parts); n < last; n++) {
    const keyAt = <usize>((n / g) * t * g + (n % g)) * d * 4;
    pack(k + keyAt, keyRow, t, d, true, keysTurned);
    if (dq || dk) pack(v + keyAt, keyRow, t, d, true, valuesTurned);
    if (dq) pack(k + keyAt, keyRow, t, d, false, keys);
    for (let j = 0; j < t; j++) {
      if (dk) memory.fill(dk + keyAt + <usize>j * keyRow, 0, <usize>d * 4);
      if (dv) memory.fill(dv + keyAt + <usize>j * keyRow, 0, <usize>d * 4);
    }
    for (let head = (n % g) * (h / g), end = head + h / g; head < end; head++) {
      const slope = load<f32>(s + SLOPES + <usize>head * 4);
      for (let i0 = 0; i0 < t; i0 += QUERIES) {
        const rows = min(QUERIES, t - i0);
        const row0 = (n / g) * t + i0;
        const queryAt = <usize>(row0 * h + head) * d * 4;
        const low = firstSeen(s, i0) & -PANEL;
        const width = ((endSeen(s, i0 + rows - 1) - low + PANEL - 1) / PANEL) * PANEL;
        const depth = min(width, t - low);
        const from = <usize>(low * d) * 4;
        const there = keyAt + <usize>low * keyRow;
        gemm(
          q + queryAt,
          queryRow,
          4,
          keysTurned + from,
          weights,
          stride,
          0,
          rows,
          d,
          width,
          d,
          false,
          own,
        );
        if (dq || dk) {
          gemm(
            dout + queryAt,
            queryRow,
            4,
            valuesTurned + from,
            dots,
            stride,
            0,
            rows,
            d,
            width,
            d,
            false,
            own,
          );
        }
        for (let r = 0; r < rows; r++) {
          const line = <usize>r * stride;
          const at = <usize>((row0 + r) * h + head) * 4;
          weigh(
            s,
            weights + line,
            dots + line,
            width,
            slope,
            i0 + r,
            low,
            load<f32>(lse + at),
            load<f32>(delta + at),
          );
        }
        if (dv) {
          pack(dout + queryAt, queryRow, rows, d, false, upstream);
          gemm(
            weights,
            4,
            stride,
            upstream,
            dv + there,
            keyRow,
            0,
            depth,
            rows,
            d,
            rows,
            true,
            own,
          );
        }
        if (dk) {
          pack(q + queryAt, queryRow, rows, d, false, queries);
          gemm(dots, 4, stride, queries, dk + there, keyRow, 0, depth, rows, d, rows, true, own);
        }
        if (dq) {
          const right = keys + <usize>(low * PANEL) * 4;
          gemm(dots, stride, 4, right, dq + queryAt, queryRow, 0, rows, depth, d, t, false, own);
        }
      }
    }
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
  const scale = splat(load<f32>(s + SCALE));
  const cap = load<f32>(s + SOFTCAP);
  for (let j = 0; j < width; j += 4) {
    const at = weights + <usize>j * 4;
    const there = dots + <usize>j * 4;
    const qk = v128.load(at);
    const mask = seen(s, i, low + j);
    const p = v128.and(exp(f32x4.sub(score(s, qk, slope, i, low + j), splat(lse))), mask);
    v128.store(at, p);
    let growth = scale;
    if (cap > 0) {
      const bent = tanh(f32x4.mul(f32x4.mul(qk, scale), splat(1 / cap)));
      growth = f32x4.mul(scale, f32x4.sub(splat(1), f32x4.mul(bent, bent)));
    }
    const gradient = f32x4.mul(f32x4.mul(p, f32x4.sub(v128.load(there), splat(delta))), growth);
    v128.store(there, v128.and(gradient, mask));
  }
}
