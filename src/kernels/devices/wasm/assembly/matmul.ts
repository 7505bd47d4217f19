import { GEMM_BYTES, gemm } from './gemm';
import { PANEL, packedBytes, packPanels } from './panels';
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
  return GEMM_BYTES + packedBytes(K, PANEL * stripOf(K, N));
}

/** Bytes of a right side that each thread packs for itself at once, and panels that are worth a pass over the left. */
const STRIP_BYTES: i32 = 1 << 21;
const LEAST_STRIP: i32 = 8;

/** Panels of a right side that are packed at once. */
function stripOf(K: i32, N: i32): i32 {
  const panels = (N + PANEL - 1) / PANEL;
  return min(panels, max(LEAST_STRIP, STRIP_BYTES / packedBytes(K, PANEL)));
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
  const strips = own + GEMM_BYTES;
  const row: usize = transposeA ? 4 : <usize>K * 4;
  const column: usize = transposeA ? <usize>M * 4 : 4;
  const rowB: usize = transposeB ? 4 : <usize>N * 4;
  const columnB: usize = transposeB ? <usize>K * 4 : 4;
  const runs = few ? (M + GRAIN - 1) / GRAIN : 1;
  const run = few ? GRAIN : M;
  const begin = shareOf(count * runs, 1, part, parts);
  const end = shareOf(count * runs, 1, part + 1, parts);
  const panels = (N + PANEL - 1) / PANEL;
  const strip = stripOf(K, N);
  let packed: usize = usize.MAX_VALUE;
  for (let n = begin / runs; n * runs < end; n++) {
    const left = a + load<u32>(places + <usize>n * 8);
    const right = load<u32>(places + <usize>n * 8, 4);
    const first = max(0, begin - n * runs) * run;
    const last = min(M, (end - n * runs) * run);
    const to = c + <usize>n * M * N * 4;
    for (let p = 0; p < panels; p += strip) {
      const some = min(strip, panels - p);
      if (right != packed || strip < panels) {
        const from = b + right + <usize>p * PANEL * columnB;
        packPanels(from, rowB, columnB, K, N - p * PANEL, strips, 0, some);
        packed = right;
      }
      const columns = min(some * PANEL, N - p * PANEL);
      const at = to + <usize>p * PANEL * 4;
      gemm(left, row, column, strips, at, <usize>N * 4, first, last, K, columns, K, false, own);
    }
  }
}
