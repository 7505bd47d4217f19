import { maxOf, storeUpTo, sumOf } from './rows';
import { shareOf, splat } from './simd';

/** out [outer, inner] = the sum, or the largest where `largest`, of x [outer, R, inner] over R. */
export function reduce(
  x: usize,
  out: usize,
  outer: i32,
  R: i32,
  inner: i32,
  largest: bool,
  part: i32,
  parts: i32,
): void {
  if (inner == 1) {
    const last = shareOf(outer, 1, part + 1, parts);
    for (let o = shareOf(outer, 1, part, parts); o < last; o++) {
      const from = x + <usize>o * R * 4;
      store<f32>(out + <usize>o * 4, largest ? maxOf(from, R) : sumOf(from, R));
    }
    return;
  }
  // Columns, sixteen at a time: a whole cache line of each row.
  const strips = (inner + 15) / 16;
  const last = shareOf(outer * strips, 1, part + 1, parts);
  for (let n = shareOf(outer * strips, 1, part, parts); n < last; n++) {
    const o = n / strips;
    const left = (n % strips) * 16;
    const from = x + (<usize>o * R * inner + left) * 4;
    const to = out + (<usize>o * inner + left) * 4;
    const width = min(16, inner - left);
    if (width == 16) columns16(from, to, R, inner, largest);
    else
      for (let i = 0; i < width; i += 4)
        columns(from + <usize>i * 4, to + <usize>i * 4, R, inner, width - i, largest);
  }
}

function columns16(from: usize, to: usize, R: i32, inner: i32, largest: bool): void {
  let a = v128.load(from);
  let b = v128.load(from, 16);
  let c = v128.load(from, 32);
  let d = v128.load(from, 48);
  for (let r = 1; r < R; r++) {
    from += <usize>inner * 4;
    a = join(a, v128.load(from), largest);
    b = join(b, v128.load(from, 16), largest);
    c = join(c, v128.load(from, 32), largest);
    d = join(d, v128.load(from, 48), largest);
  }
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 32);
  v128.store(to, d, 48);
}

function columns(from: usize, to: usize, R: i32, inner: i32, left: i32, largest: bool): void {
  let a = splat(largest ? -Infinity : 0);
  for (let r = 0; r < R; r++) {
    a = join(a, v128.load(from), largest);
    from += <usize>inner * 4;
  }
  storeUpTo(to, a, left);
}

function join(a: v128, b: v128, largest: bool): v128 {
  return largest ? f32x4.max(a, b) : f32x4.add(a, b);
}
