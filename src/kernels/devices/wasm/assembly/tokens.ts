import { expOf, logOne, mostOf, storeUpTo, sumOfExp } from './rows';
import { shareOf, splat } from './simd';

/** Rows of a table [V, C] by number; zeros for numbers that it has not. */
export function embedding(
  table: usize,
  ids: usize,
  out: usize,
  count: i32,
  V: i32,
  C: i32,
  part: i32,
  parts: i32,
): void {
  const bytes = <usize>C * 4;
  const last = shareOf(count, 1, part + 1, parts);
  for (let i = shareOf(count, 1, part, parts); i < last; i++) {
    const id = load<u32>(ids + <usize>i * 4);
    const to = out + <usize>i * bytes;
    if (id < <u32>V) memory.copy(to, table + <usize>id * bytes, bytes);
    else memory.fill(to, 0, bytes);
  }
}

/** Sums of the rows of dout [count, C] by id. Each thread has some rows of the table, so none waits. */
export function embeddingGrad(
  ids: usize,
  dout: usize,
  out: usize,
  count: i32,
  V: i32,
  C: i32,
  part: i32,
  parts: i32,
): void {
  const bytes = <usize>C * 4;
  const first = shareOf(V, 1, part, parts);
  const last = shareOf(V, 1, part + 1, parts);
  memory.fill(out + <usize>first * bytes, 0, <usize>(last - first) * bytes);
  for (let i = 0; i < count; i++) {
    const id = load<i32>(ids + <usize>i * 4);
    if (id < first || id >= last) continue;
    const from = dout + <usize>i * bytes;
    const to = out + <usize>id * bytes;
    let c = 0;
    for (; c + 4 <= C; c += 4) {
      const at = <usize>c * 4;
      v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(from + at)));
    }
    for (; c < C; c++) {
      const at = <usize>c * 4;
      store<f32>(to + at, load<f32>(to + at) + load<f32>(from + at));
    }
  }
}

/** -log softmax(logits)[target] of each row, or 0 where there is no such target. */
export function crossEntropy(
  logits: usize,
  targets: usize,
  out: usize,
  rows: i32,
  V: i32,
  part: i32,
  parts: i32,
): void {
  const last = shareOf(rows, 1, part + 1, parts);
  for (let row = shareOf(rows, 1, part, parts); row < last; row++) {
    const target = load<u32>(targets + <usize>row * 4);
    let loss: f32 = 0;
    if (target < <u32>V) {
      const from = logits + <usize>row * V * 4;
      const most = mostOf(from, V);
      // The differences first: they are small, and their sum loses nothing to the size of the logits.
      loss = logOne(sumOfExp(from, V, most)) + (most - load<f32>(from + <usize>target * 4));
    }
    store<f32>(out + <usize>row * 4, loss);
  }
}

/** (softmax - one at the target) * dloss, or zeros where there is no target. */
export function crossEntropyGrad(
  logits: usize,
  targets: usize,
  dloss: usize,
  out: usize,
  rows: i32,
  V: i32,
  part: i32,
  parts: i32,
): void {
  const last = shareOf(rows, 1, part + 1, parts);
  for (let row = shareOf(rows, 1, part, parts); row < last; row++) {
    const target = load<u32>(targets + <usize>row * 4);
    const from = logits + <usize>row * V * 4;
    const to = out + <usize>row * V * 4;
    if (target >= <u32>V) {
      memory.fill(to, 0, <usize>V * 4);
      continue;
    }
    const most = mostOf(from, V);
    const upstream = load<f32>(dloss + <usize>row * 4);
    const scale = splat(upstream / expOf(from, to, V, most));
    for (let i = 0; i < V; i += 4) {
      const at = to + <usize>i * 4;
      storeUpTo(at, f32x4.mul(v128.load(at), scale), V - i);
    }
    const at = to + <usize>target * 4;
    store<f32>(at, load<f32>(at) - upstream);
  }
}

/**
 * Turns the pairs (d, d + D/2) of x [rows of T, H, D] by their angles. `table` holds [T, D/2] cosines and
 * then as many sines; `sign` -1 turns back.
 */
export function rope(
  x: usize,
  y: usize,
  table: usize,
  sign: f32,
  rows: i32,
  T: i32,
  H: i32,
  D: i32,
  part: i32,
  parts: i32,
): void {
  const half = D / 2;
  const toSines = <usize>T * half * 4;
  const last = shareOf(rows, 1, part + 1, parts);
  for (let row = shareOf(rows, 1, part, parts); row < last; row++) {
    const angles = table + <usize>(row % T) * half * 4;
    for (let d = 0; d < half; d += 4) {
      const at = <usize>d * 4;
      const c = v128.load(angles + at);
      const s = f32x4.mul(v128.load(angles + at + toSines), splat(sign));
      let low = <usize>(row * H) * D * 4 + at;
      for (let h = 0; h < H; h++) {
        const high = low + <usize>half * 4;
        const a = v128.load(x + low);
        const b = v128.load(x + high);
        storeUpTo(y + low, f32x4.sub(f32x4.mul(a, c), f32x4.mul(b, s)), half - d);
        storeUpTo(y + high, f32x4.add(f32x4.mul(a, s), f32x4.mul(b, c)), half - d);
        low += <usize>D * 4;
      }
    }
  }
}
