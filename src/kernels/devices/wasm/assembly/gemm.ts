import { madd, splat } from './simd';

/** Columns of one panel of a packed right side: two vectors. */
export const PANEL: i32 = 8;
/** Rows of one register tile: 4 rows of 8 columns are 8 accumulators, which with their operands fit 16 registers. */
export const TILE: i32 = 4;
/** Products of one accumulation: a panel of 256 rows is 8 KiB, a quarter of the smallest first-level cache. */
const DEPTH: i32 = 256;
/** Rows of the left side that stay in the second-level cache while every panel passes over them. */
const BLOCK: i32 = 64;

/** Bytes of a right side of K rows and N columns, packed. */
export function packedBytes(K: i32, N: i32): i32 {
  return ((N + PANEL - 1) / PANEL) * PANEL * K * 4;
}

/**
 * Packs the panels from `first` up to `last` of a right side [K, N]: panel p holds columns 8p to 8p + 7 row
 * after row, with zeros beyond N. `row` and `column` are the bytes from one element to the next.
 */
export function packPanels(
  b: usize,
  row: usize,
  column: usize,
  K: i32,
  N: i32,
  to: usize,
  first: i32,
  last: i32,
): void {
  for (let panel = first; panel < last; panel++) {
    const left = panel * PANEL;
    const out = to + <usize>panel * K * PANEL * 4;
    const from = b + <usize>left * column;
    if (N - left < PANEL) packPartial(from, row, column, K, N - left, out);
    else if (column == 4) packStraight(from, row, K, out);
    else packTurned(from, row, column, K, out);
  }
}

function packStraight(from: usize, row: usize, K: i32, to: usize): void {
  for (let k = 0; k < K; k++) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    from += row;
    to += 32;
  }
}

function packTurned(from: usize, row: usize, column: usize, K: i32, to: usize): void {
  let k = 0;
  if (row == 4) {
    for (; k + 4 <= K; k += 4) {
      turn(from, column, to);
      turn(from + 4 * column, column, to + 16);
      from += 16;
      to += 128;
    }
  }
  for (; k < K; k++) {
    for (let n: usize = 0; n < 8; n++) store<f32>(to + 4 * n, load<f32>(from + n * column));
    from += row;
    to += 32;
  }
}

/** Four rows of four, turned into columns 32 bytes apart. */
function turn(from: usize, row: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + row);
  const c = v128.load(from + 2 * row);
  const d = v128.load(from + 3 * row);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 32);
  v128.store(to, v128.shuffle<f32>(AB, CD, 0, 1, 4, 5), 64);
  v128.store(to, v128.shuffle<f32>(AB, CD, 2, 3, 6, 7), 96);
}

function packPartial(from: usize, row: usize, column: usize, K: i32, n: i32, to: usize): void {
  for (let k = 0; k < K; k++) {
    for (let j = 0; j < PANEL; j++) {
      const value: f32 = j < n ? load<f32>(from + <usize>j * column) : 0;
      store<f32>(to + <usize>j * 4, value);
    }
    from += row;
    to += 32;
  }
}

/** Bytes that `gemm` needs for itself: a packed block of the left side, and one tile. */
export const GEMM_BYTES: i32 = BLOCK * DEPTH * 4 + TILE * PANEL * 4;

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
  const corner = scratch + BLOCK * DEPTH * 4;
  for (let k0 = 0; k0 < K; k0 += DEPTH) {
    const depth = min(DEPTH, K - k0);
    const onto = add || k0 > 0;
    for (let i0 = first; i0 < last; i0 += BLOCK) {
      const rows = min(BLOCK, last - i0);
      let block = a + <usize>i0 * row + <usize>k0 * column;
      let down = row;
      let along = column;
      let tiles: usize = TILE * row;
      // A left side that is stored transposed would jump a whole row for each k: it is gathered first.
      if (column != 4) {
        packRows(block, row, column, rows, depth, scratch);
        block = scratch;
        down = 4;
        along = 16;
        tiles = <usize>depth * 16;
      }
      for (let j = 0; j < N; j += PANEL) {
        const panel = panels + (<usize>j * packed + <usize>k0 * PANEL) * 4;
        let from = block;
        let to = c + <usize>i0 * stride + <usize>j * 4;
        const columns = min(PANEL, N - j);
        for (let i = 0; i < rows; i += TILE) {
          if (rows - i >= TILE && columns == PANEL) {
            tile(from, down, along, panel, depth, to, stride, onto);
          } else {
            // At the border: the tile elsewhere first, and then what there is of it.
            const some = min(TILE, rows - i);
            border(from, down, along, panel, depth, some, corner);
            spill(corner, some, columns, to, stride, onto);
          }
          from += tiles;
          to += TILE * stride;
        }
      }
    }
  }
}

/** Rows of a, four by four: for each k, four elements side by side. */
function packRows(a: usize, row: usize, column: usize, rows: i32, K: i32, to: usize): void {
  for (let i = 0; i < rows; i += TILE) {
    let from = a + <usize>i * row;
    if (row == 4 && rows - i >= TILE) {
      for (let k = 0; k < K; k++) {
        v128.store(to, v128.load(from));
        from += column;
        to += 16;
      }
    } else {
      const some = min(TILE, rows - i);
      for (let k = 0; k < K; k++) {
        for (let r = 0; r < some; r++)
          store<f32>(to + <usize>r * 4, load<f32>(from + <usize>r * row));
        from += column;
        to += 16;
      }
    }
  }
}

function tile(
  a: usize,
  row: usize,
  column: usize,
  b: usize,
  K: i32,
  c: usize,
  stride: usize,
  add: bool,
): void {
  let a0 = a;
  let a1 = a + row;
  let a2 = a1 + row;
  let a3 = a2 + row;
  const c1 = c + stride;
  const c2 = c1 + stride;
  const c3 = c2 + stride;
  let s00 = splat(0);
  let s01 = splat(0);
  let s10 = splat(0);
  let s11 = splat(0);
  let s20 = splat(0);
  let s21 = splat(0);
  let s30 = splat(0);
  let s31 = splat(0);
  if (add) {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
  }
  for (const end = b + <usize>K * 32; b < end; b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load_splat<f32>(a0);
    s00 = madd(x0, b0, s00);
    s01 = madd(x0, b1, s01);
    const x1 = v128.load_splat<f32>(a1);
    s10 = madd(x1, b0, s10);
    s11 = madd(x1, b1, s11);
    const x2 = v128.load_splat<f32>(a2);
    s20 = madd(x2, b0, s20);
    s21 = madd(x2, b1, s21);
    const x3 = v128.load_splat<f32>(a3);
    s30 = madd(x3, b0, s30);
    s31 = madd(x3, b1, s31);
    a0 += column;
    a1 += column;
    a2 += column;
    a3 += column;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}

/** Up to four rows of a tile, written 32 bytes apart. */
function border(a: usize, row: usize, column: usize, b: usize, K: i32, rows: i32, to: usize): void {
  if (rows == TILE) {
    tile(a, row, column, b, K, to, 32, false);
    return;
  }
  for (let r = 0; r < rows; r++) {
    let from = a + <usize>r * row;
    let s0 = splat(0);
    let s1 = splat(0);
    for (let p = b, end = b + <usize>K * 32; p < end; p += 32) {
      const x = v128.load_splat<f32>(from);
      s0 = madd(x, v128.load(p), s0);
      s1 = madd(x, v128.load(p, 16), s1);
      from += column;
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    to += 32;
  }
}

function spill(from: usize, rows: i32, columns: i32, c: usize, stride: usize, add: bool): void {
  for (let r = 0; r < rows; r++) {
    for (let j: usize = 0; j < <usize>columns; j++) {
      const value = load<f32>(from + 4 * j);
      store<f32>(c + 4 * j, add ? load<f32>(c + 4 * j) + value : value);
    }
    from += 32;
    c += stride;
  }
}
