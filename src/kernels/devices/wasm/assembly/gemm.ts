import { COPIED, columns5, columns6, copied6, gathering5, gathering6 } from './gathered';
import { PANEL } from './panels';
import { madd, splat } from './simd';
import { tile4, tile5, tile6 } from './tiles';

/** Rows of the largest tile. */
const TILE: i32 = 6;
/** Products of one accumulation: a panel of 256 rows is 8 KiB, a quarter of the smallest first-level cache. */
const DEPTH: i32 = 256;
/** Rows of the left side that stay in the second-level cache while every panel passes over them. */
const BLOCK: i32 = 36;

/** Panels, and products of one accumulation, up to which a left side is read where it lies. */
const FEW: i32 = 4;
const SHORT: i32 = 64;

/** Bytes that `gemm` needs for itself: a packed block of the left side, and one tile. */
export const GEMM_BYTES: i32 = BLOCK * <i32>COPIED + TILE * PANEL * 4;

/**
 * c[i, j] (+)= sum over k of a[i, k] * b[k, j] for rows `first` up to `last` and all N columns. `row` and
 * `column` are bytes from element to element of a; b lies in panels of `packed` rows; c has `stride` bytes a
 * row. Adds to what c holds where `add`.
 */
export function gemm(
  a: usize,
  row: usize,
  column: usize,
  panels: usize,
  c: usize,
  stride: usize,
  first: i32,
  last: i32,
  K: i32,
  N: i32,
  packed: i32,
  add: bool,
  scratch: usize,
): void {
  const corner = scratch + BLOCK * COPIED;
  // A left side that is stored transposed would jump a whole row for each k, and of rows that begin 2048
  // bytes apart, many compete for the same places of the cache: those are gathered first, where enough
  // panels pass over them.
  const worthIt = N > FEW * PANEL || K > SHORT;
  const gathers = worthIt && row == 4 && column != 4;
  const copies = worthIt && column == 4 && row % 2048 == 0;
  const down = gathers ? 4 : copies ? COPIED : row;
  for (let k0 = 0; k0 < K; k0 += DEPTH) {
    const depth = min(DEPTH, K - k0);
    const onto = add || k0 > 0;
    for (let i0 = first; i0 < last; i0 += BLOCK) {
      const rows = min(BLOCK, last - i0);
      const block = a + <usize>i0 * row + <usize>k0 * column;
      if (copies) {
        for (let r = 0; r < rows; r++) {
          memory.copy(scratch + <usize>r * COPIED, block + <usize>r * row, <usize>depth * 4);
        }
      }
      for (let j = 0; j < N; j += PANEL) {
        const panel = panels + (<usize>j * packed + <usize>k0 * PANEL) * 4;
        const moves = gathers && j == 0;
        let to = c + <usize>i0 * stride + <usize>j * 4;
        const columns = min(PANEL, N - j);
        for (let i = 0; i < rows; ) {
          const some = rowsOfTile(rows - i);
          const source = block + <usize>i * row;
          const moved = scratch + (gathers ? <usize>(i * depth) * 4 : <usize>i * COPIED);
          const from = gathers || copies ? moved : source;
          const along = gathers ? <usize>some * 4 : column;
          if (some >= 4 && columns == PANEL) {
            if (moves) gathering(some, source, column, moved, panel, depth, to, stride, onto);
            else tile(some, from, down, along, panel, depth, to, stride, onto);
          } else {
            // At the border: the tile elsewhere first, and then what there is of it. Calls of their own, for a
            // function called from one place is put in line here, where older engines keep sums in memory.
            if (onto) fetch(to, stride, some, columns, corner);
            if (moves) gathering(some, source, column, moved, panel, depth, corner, 32, onto);
            else tile(some, from, down, along, panel, depth, corner, 32, onto);
            spill(corner, some, columns, to, stride);
          }
          to += <usize>some * stride;
          i += some;
        }
      }
    }
  }
}

/**
 * The same for at most a tile of rows from the first one on, and a short sum: no row is gathered or copied, and
 * whole tiles are computed without asking what else there may be.
 */
export function gemmTile(
  a: usize,
  row: usize,
  column: usize,
  panels: usize,
  c: usize,
  stride: usize,
  rows: i32,
  K: i32,
  N: i32,
  packed: i32,
  add: bool,
  scratch: usize,
): void {
  if (!ASC_FEATURE_RELAXED_SIMD || rows != TILE || N % PANEL != 0 || K > DEPTH) {
    gemm(a, row, column, panels, c, stride, 0, rows, K, N, packed, add, scratch);
    return;
  }
  const panel = <usize>(packed * PANEL) * 4;
  for (const end = c + <usize>N * 4; c < end; c += PANEL * 4) {
    if (row == 4) columns6(a, column, panels, K, c, stride, add);
    else tile6(a, row, column, panels, K, c, stride, add);
    panels += panel;
  }
}

/** Sixes and fives, or else fives and fours, for any number of rows from 20 up; below, less than four may be left. */
function rowsOfTile(left: i32): i32 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    const fives = (6 - (left % 6)) % 6;
    if (5 * fives <= left) return fives == 0 ? 6 : 5;
  }
  return left % 5 == 0 ? 5 : min(4, left);
}

/** A tile of any number of rows: a sum adds up in the same order wherever the border is. */
function tile(
  rows: i32,
  a: usize,
  row: usize,
  column: usize,
  b: usize,
  K: i32,
  c: usize,
  stride: usize,
  add: bool,
): void {
  if (ASC_FEATURE_RELAXED_SIMD && rows == 6) {
    if (row == 4) columns6(a, column, b, K, c, stride, add);
    else if (row == COPIED && column == 4) copied6(a, b, K, c, stride, add);
    else tile6(a, row, column, b, K, c, stride, add);
  } else if (rows == 5) {
    if (row == 4) columns5(a, column, b, K, c, stride, add);
    else tile5(a, row, column, b, K, c, stride, add);
  } else if (rows == 4) tile4(a, row, column, b, K, c, stride, add);
  else rowByRow(rows, a, row, column, b, K, c, stride, add);
}

function rowByRow(
  rows: i32,
  a: usize,
  row: usize,
  column: usize,
  b: usize,
  K: i32,
  to: usize,
  stride: usize,
  add: bool,
): void {
  for (let r = 0; r < rows; r++) {
    let from = a + <usize>r * row;
    let s0 = add ? v128.load(to) : splat(0);
    let s1 = add ? v128.load(to, 16) : splat(0);
    for (let p = b, end = b + <usize>K * 32; p < end; p += 32) {
      const x = v128.load_splat<f32>(from);
      s0 = madd(x, v128.load(p), s0);
      s1 = madd(x, v128.load(p, 16), s1);
      from += column;
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    to += stride;
  }
}

/** The same of rows that are stored as columns, which are gathered at `to` besides, side by side. */
function gathering(
  rows: i32,
  a: usize,
  column: usize,
  to: usize,
  b: usize,
  K: i32,
  c: usize,
  stride: usize,
  add: bool,
): void {
  if (ASC_FEATURE_RELAXED_SIMD && rows == 6) gathering6(a, column, to, b, K, c, stride, add);
  else if (rows == 5) gathering5(a, column, to, b, K, c, stride, add);
  else {
    gather(a, column, rows, K, to);
    tile(rows, to, 4, <usize>rows * 4, b, K, c, stride, add);
  }
}

function gather(from: usize, column: usize, rows: i32, K: i32, to: usize): void {
  for (let k = 0; k < K; k++) {
    for (let r: usize = 0; r < <usize>rows; r++) store<f32>(to + r * 4, load<f32>(from + r * 4));
    from += column;
    to += <usize>rows * 4;
  }
}

/** What there is of a tile, to rows 32 bytes apart. */
function fetch(c: usize, stride: usize, rows: i32, columns: i32, to: usize): void {
  for (let r = 0; r < rows; r++) {
    for (let j: usize = 0; j < <usize>columns; j++) store<f32>(to + 4 * j, load<f32>(c + 4 * j));
    to += 32;
    c += stride;
  }
}

function spill(from: usize, rows: i32, columns: i32, c: usize, stride: usize): void {
  for (let r = 0; r < rows; r++) {
    for (let j: usize = 0; j < <usize>columns; j++) store<f32>(c + 4 * j, load<f32>(from + 4 * j));
    from += 32;
    c += stride;
  }
}
