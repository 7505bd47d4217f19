import {
  B,
  BAND,
  D,
  G,
  H,
  QUERIES,
  SLOPES,
  SOFTCAP,
  T,
  endSeen,
  firstSeen,
  pack,
  scoreStride,
  widthSeen,
} from './attention-scores';
import { largest, weighUp, weighUpAll } from './attention-weights';
import { GEMM_BYTES, gemmTile, PANEL, packedBytes } from './gemm';
import { log } from './math';
import { shareOf, splat } from './simd';

// One thread has whole heads of keys. It packs that head's keys and values once, and then takes a few
// queries at a time: their scores are all that is ever stored of the T x T matrix.

/** Bytes of scratch that a thread needs. */
export function attentionScratch(T: i32, D: i32): i32 {
  const scores = QUERIES * <i32>scoreStride(T);
  return GEMM_BYTES + packedBytes(D, T) + packedBytes(T, D) + scores + 2 * QUERIES * 4;
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
  const most = sums + QUERIES * 4;

  const heads = load<i32>(s + B) * g;
  const last = shareOf(heads, 1, part + 1, parts);
  for (let n = shareOf(heads, 1, part, parts); n < last; n++) {
    const keyAt = <usize>((n / g) * t * g + (n % g)) * d * 4;
    pack(k + keyAt, keyRow, t, d, true, keys);
    if (out) pack(v + keyAt, keyRow, t, d, false, values);
    for (let head = (n % g) * (h / g), end = head + h / g; head < end; head++) {
      const slope = load<f32>(s + SLOPES + <usize>head * 4);
      const plain = slope == 0 && load<f32>(s + SOFTCAP) == 0;
      for (let i0 = 0; i0 < t; i0 += QUERIES) {
        const rows = min(QUERIES, t - i0);
        const row0 = (n / g) * t + i0;
        const queryAt = <usize>(row0 * h + head) * d * 4;
        const low = firstSeen(s, i0) & -PANEL;
        const panels = keys + <usize>(low * d) * 4;
        const packed = values + <usize>(low * PANEL) * 4;
        for (let r = 0; r < rows; r += BAND) {
          const some = min(BAND, rows - r);
          const at = scores + <usize>r * stride;
          const width = widthSeen(s, i0 + r + some - 1, low);
          const first = q + queryAt + <usize>r * queryRow;
          gemmTile(first, queryRow, 4, panels, at, stride, some, d, width, d, false, own);
        }
        const width = widthSeen(s, i0 + rows - 1, low);
        if (plain && firstSeen(s, i0 + rows - 1) <= low) {
          weighUpAll(s, scores, rows, width, i0, low, sums, most);
        } else {
          for (let r = 0; r < rows; r++) {
            const line = scores + <usize>r * stride;
            store<f32>(sums + <usize>r * 4, weighUp(s, line, width, slope, i0 + r, low));
            store<f32>(most + <usize>r * 4, largest);
          }
        }
        for (let r = 0; r < rows; r += 4) {
          const sum = v128.load(sums + <usize>r * 4);
          const all = f32x4.add(v128.load(most + <usize>r * 4), log(sum));
          v128.store(sums + <usize>r * 4, f32x4.div(splat(1), sum));
          v128.store(most + <usize>r * 4, all);
        }
        if (lse) {
          for (let r = 0; r < rows; r++) {
            const to = lse + <usize>((row0 + r) * h + head) * 4;
            store<f32>(to, load<f32>(most + <usize>r * 4));
          }
        }
        if (!out) continue;
        for (let r = 0; r < rows; r += BAND) {
          const some = min(BAND, rows - r);
          const at = scores + <usize>r * stride;
          const depth = endSeen(s, i0 + r + some - 1) - low;
          const to = out + queryAt + <usize>r * queryRow;
          gemmTile(at, stride, 4, packed, to, queryRow, some, depth, d, t, false, own);
        }
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
