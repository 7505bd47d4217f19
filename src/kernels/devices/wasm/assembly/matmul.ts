import { GEMM_BYTES, gemm, PANEL, packedBytes, packPanels } from './gemm';
import { shareOf } from './simd';

/** Packs a right side [K, N], or [N, K] where `transposed`, for `matmul`. */
export function packRight(
  b: usize,
  to: usize,
  K: i32,
  N: i32,
  transposed: bool,
  part: i32,
  parts: i32,
): void {
  const panels = (N + PANEL - 1) / PANEL;
  const row: usize = transposed ? 4 : <usize>N * 4;
  const column: usize = transposed ? <usize>K * 4 : 4;
  const first = shareOf(panels, 1, part, parts);
  packPanels(b, row, column, K, N, to, first, shareOf(panels, 1, part + 1, parts));
}

/** c [M, N] = a [M, K] (or [K, M] where `transposed`) times a packed right side. */
export function matmul(
  a: usize,
  panels: usize,
  c: usize,
  M: i32,
  K: i32,
  N: i32,
  transposed: bool,
  scratch: usize,
  scratchBytes: usize,
  part: i32,
  parts: i32,
): void {
  const row: usize = transposed ? 4 : <usize>K * 4;
  const column: usize = transposed ? <usize>M * 4 : 4;
  const first = shareOf(M, 4, part, parts);
  const last = shareOf(M, 4, part + 1, parts);
  const own = scratch + <usize>part * scratchBytes;
  gemm(a, row, column, panels, c, <usize>N * 4, first, last, K, N, K, false, own);
}

/** Bytes of scratch that a thread needs for `matmul`, and for `matmulMany` with a right side of [K, N]. */
export function matmulScratch(): i32 {
  return GEMM_BYTES;
}
export function matmulManyScratch(K: i32, N: i32): i32 {
  return GEMM_BYTES + packedBytes(K, N);
}

/** Rows of a product that a thread takes at once. */
const GRAIN: i32 = 4;

/**
 * Many products of one size. `places` holds, for each, the offsets in bytes of its left and right side;
 * results lie one after another. Equal right sides that follow each other are packed once. Products are dealt out
 * whole, or where there are `few` of them by rows.
 */
export function matmulMany(
  a: usize,
  b: usize,
  c: usize,
  places: usize,
  count: i32,
  M: i32,
  K: i32,
  N: i32,
  transposeA: bool,
  transposeB: bool,
  few: bool,
  scratch: usize,
  scratchBytes: usize,
  part: i32,
  parts: i32,
): void {
  const own = scratch + <usize>part * scratchBytes;
  const panels = own + GEMM_BYTES;
  const row: usize = transposeA ? 4 : <usize>K * 4;
  const column: usize = transposeA ? <usize>M * 4 : 4;
  const runs = few ? (M + GRAIN - 1) / GRAIN : 1;
  const run = few ? GRAIN : M;
  const begin = shareOf(count * runs, 1, part, parts);
  const end = shareOf(count * runs, 1, part + 1, parts);
  let packed: usize = usize.MAX_VALUE;
  for (let n = begin / runs; n * runs < end; n++) {
    const left = a + load<u32>(places + <usize>n * 8);
    const right = load<u32>(places + <usize>n * 8, 4);
    if (right != packed) {
      packRight(b + right, panels, K, N, transposeB, 0, 1);
      packed = right;
    }
    const to = c + <usize>n * M * N * 4;
    const first = max(0, begin - n * runs) * run;
    const last = min(M, (end - n * runs) * run);
    gemm(left, row, column, panels, to, <usize>N * 4, first, last, K, N, K, false, own);
  }
}
