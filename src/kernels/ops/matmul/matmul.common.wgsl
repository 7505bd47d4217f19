// What both kernels of matmul share: which part of the product a workgroup computes, and how it is written.
//
// Element (m, k) of a is a[base + m * A_M + k * A_K], so that a transposed matrix is only other strides.

@group(0) @binding(0) var<storage, read> a: array<f32, A_SIZE>; // [batch, M, K], or [batch, K, M]
@group(0) @binding(1) var<storage, read> b: array<f32, B_SIZE>; // [batch, K, N], or [batch, N, K]
@group(0) @binding(2) var<storage, read_write> out: array<f32, SPLITS * BATCH * M * N>; // [SPLITS, BATCH, M, N]

struct Place {
  /// The first row and column of the workgroup's tile.
  m: u32,
  n: u32,
  /// Its share of the axis that is summed over.
  k_first: u32,
  k_end: u32,
  /// Where its matrices begin.
  a: u32,
  b: u32,
  out: u32,
  /// Past the last workgroup that has something to do.
  beyond: bool,
}

fn place_of(group: vec3u) -> Place {
  const TILES_M = (M + TILE_M - 1u) / TILE_M;
  const TILES_N = (N + TILE_N - 1u) / TILE_N;
  var rest = group.x + group.y * MAX_WORKGROUPS;
  var place: Place;
  // Neighbours share their rows of a.
  place.n = (rest % TILES_N) * TILE_N;
  rest /= TILES_N;
  place.m = (rest % TILES_M) * TILE_M;
  rest /= TILES_M;
  let batch = rest % BATCH;
  let split = rest / BATCH;
  place.beyond = split >= SPLITS;
  place.k_first = split * K_SPAN;
  place.k_end = min(place.k_first + K_SPAN, K);
  place.out = (split * BATCH + batch) * M * N;
  rest = batch;
  for (var i = BATCH_RANK; i > 0u; i--) {
    let axis = i - 1u;
    let index = rest % BATCH_SHAPE[axis];
    rest /= BATCH_SHAPE[axis];
    place.a += index * BATCH_A[axis];
    place.b += index * BATCH_B[axis];
  }
  return place;
}

/// Column i of the result is the row of four products b * a[i].
fn outer(a: vec4f, b: vec4f) -> mat4x4f {
  return mat4x4f(a.x * b, a.y * b, a.z * b, a.w * b);
}

/// What becomes of each element of the result. A plan may add to it (epilogue.ts).
fn finish(i: u32, value: f32) {
  out[i] = value;
}

/// A plan has added to `finish`.
const FINISHES = false;

fn write_row(base: u32, m: u32, n: u32, row: vec4f) {
  if (m >= M) {
    return;
  }
  let at = base + m * N + n;
  if (n < N) { finish(at, row.x); }
  if (n + 1u < N) { finish(at + 1u, row.y); }
  if (n + 2u < N) { finish(at + 2u, row.z); }
  if (n + 3u < N) { finish(at + 3u, row.w); }
}

fn write_block(base: u32, m: u32, n: u32, block: mat4x4f) {
  write_row(base, m, n, block[0]);
  write_row(base, m + 1u, n, block[1]);
  write_row(base, m + 2u, n, block[2]);
  write_row(base, m + 3u, n, block[3]);
}
