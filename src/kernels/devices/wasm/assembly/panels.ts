// Right sides of products, eight columns after another: so the innermost loops read them in order.

/** Columns of one panel of a packed right side: two vectors. */
export const PANEL: i32 = 8;

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
  let panel = first;
  if (column == 4) {
    for (; panel + 4 <= last && (panel + 4) * PANEL <= N; panel += 4) {
      packFour(b + <usize>panel * PANEL * 4, row, K, to + <usize>panel * K * PANEL * 4);
    }
  }
  for (; panel < last; panel++) {
    const left = panel * PANEL;
    const out = to + <usize>panel * K * PANEL * 4;
    const from = b + <usize>left * column;
    if (N - left < PANEL) packPartial(from, row, column, K, N - left, out);
    else if (column == 4) packStraight(from, row, K, out);
    else packTurned(from, row, column, K, out);
  }
}

/** Four panels at once, so that each cache line of the right side is read once. */
function packFour(from: usize, row: usize, K: i32, to: usize): void {
  const panel = <usize>K * PANEL * 4;
  const to1 = to + panel;
  const to2 = to1 + panel;
  const to3 = to2 + panel;
  for (let at: usize = 0; at < panel; at += 32) {
    v128.store(to + at, v128.load(from));
    v128.store(to + at, v128.load(from, 16), 16);
    v128.store(to1 + at, v128.load(from, 32));
    v128.store(to1 + at, v128.load(from, 48), 16);
    v128.store(to2 + at, v128.load(from, 64));
    v128.store(to2 + at, v128.load(from, 80), 16);
    v128.store(to3 + at, v128.load(from, 96));
    v128.store(to3 + at, v128.load(from, 112), 16);
    from += row;
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
