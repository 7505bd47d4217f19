import {
  B,
  BAND,
  D,
  G,
  H,
  SLOPES,
  SOFTCAP,
  T,
  endSeen,
  firstSeen,
  pack,
  rowsOfBand,
  scoreStride,
  widthSeen,
} from './attention-scores';
import { largest, weighUp, weighUpAll } from './attention-weights';
import { GEMM_BYTES, gemmTile } from './gemm';
import { PANEL, packedBytes } from './panels';
import { log } from './math';
import { shareOf, splat } from './simd';

// One thread has whole heads of keys. It packs that head's keys and values once, and then takes a few
// queries at a time: their scores are all that is ever stored of the T x T matrix.

/** Bytes of one number for each of so many queries, where a vector may begin at any of them. */
function numbers(T: i32): i32 {
  return (T + 8) * 4;
}

/** Bytes of scratch that a thread needs. */
export function attentionScratch(T: i32, D: i32): i32 {
  const scores = BAND * <i32>scoreStride(T);
  return (
    GEMM_BYTES + packedBytes(D, T) + packedBytes(T, D) + scores + 2 * numbers(T) + numbers(BAND)
  );
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
  const sums = scores + <usize>BAND * stride;
  const most = sums + numbers(t);
  const shares = most + numbers(t);

  const heads = load<i32>(s + B) * g;
  const last = shareOf(heads, 1, part + 1, parts);
  for (let n = shareOf(heads, 1, part, parts); n < last; n++) {
    const keyAt = <usize>((n / g) * t * g + (n % g)) * d * 4;
    pack(k + keyAt, keyRow, t, d, true, keys);
    if (out) pack(v + keyAt, keyRow, t, d, false, values);
    for (let head = (n % g) * (h / g), end = head + h / g; head < end; head++) {
      const slope = load<f32>(s + SLOPES + <usize>head * 4);
      // Until a sum of this head is one that floats do not hold.
      let easy = slope == 0 && load<f32>(s + SOFTCAP) == 0;
      let rows = 0;
      for (let i0 = 0; i0 < t; i0 += rows) {
        rows = rowsOfBand(t - i0);
        const row0 = (n / g) * t + i0;
        const at = <usize>(row0 * h + head) * d * 4;
        const low = firstSeen(s, i0) & -PANEL;
        const width = widthSeen(s, i0 + rows - 1, low);
        const panels = keys + <usize>(low * d) * 4;
        gemmTile(q + at, queryRow, 4, panels, scores, stride, rows, d, width, d, false, own);
        if (easy && !weighUpAll(s, scores, rows, width, i0, low, sums + <usize>i0 * 4)) {
          easy = false;
          gemmTile(q + at, queryRow, 4, panels, scores, stride, rows, d, width, d, false, own);
        }
        for (let r = 0; r < rows; r++) {
          const place = <usize>(i0 + r) * 4;
          let taken: f32 = 0;
          if (!easy) {
            const line = scores + <usize>r * stride;
            store<f32>(sums + place, weighUp(s, line, width, slope, i0 + r, low));
            taken = largest;
          }
          store<f32>(most + place, taken);
        }
        if (!out) continue;
        const depth = endSeen(s, i0 + rows - 1) - low;
        const packed = values + <usize>(low * PANEL) * 4;
        for (let r = 0; r < rows; r += 4) {
          const sum = v128.load(sums + <usize>(i0 + r) * 4);
          v128.store(shares + <usize>r * 4, f32x4.div(splat(1), sum));
        }
        gemmTile(scores, stride, 4, packed, out + at, queryRow, rows, depth, d, t, false, own);
        scaleRows(out + at, queryRow, rows, d, shares);
      }
      if (lse) logarithms(sums, most, t, lse + <usize>((n / g) * t * h + head) * 4, <usize>h * 4);
    }
  }
}

/** The lse of `count` queries, `apart` bytes each, from sums of weights and from what was taken from the scores. */
function logarithms(sums: usize, most: usize, count: i32, to: usize, apart: usize): void {
  for (let i = 0; i < count; i += 4) {
    const all = f32x4.add(v128.load(most), log(v128.load(sums)));
    v128.store(most, all);
    for (let r = 0; r < min(4, count - i); r++) {
      store<f32>(to, load<f32>(most + <usize>r * 4));
      to += apart;
    }
    sums += 16;
    most += 16;
  }
}

/** Multiplies every row by a factor of its own. */
function scaleRows(at: usize, row: usize, rows: i32, count: i32, factors: usize): void {
  const whole = <usize>(count & -PANEL) * 4;
  for (let r = 0; r < rows; r++) {
    const factor = v128.load_splat<f32>(factors);
    let place = at;
    for (const end = at + whole; place < end; place += PANEL * 4) {
      v128.store(place, f32x4.mul(v128.load(place), factor));
      v128.store(place, f32x4.mul(v128.load(place, 16), factor), 16);
    }
    for (const end = at + <usize>count * 4; place < end; place += 4) {
      store<f32>(place, load<f32>(place) * load<f32>(factors));
    }
    at += row;
    factors += 4;
  }
}
