// out = a b of operands rounded to float16, on matrix units: a subgroup multiplies small matrices at once. A workgroup
// computes one tile of the result; the rows of a and columns of b that it needs are rounded as they come into
// workgroup memory, TILE_K at a time, and each subgroup computes UNIT_M x UNIT_N blocks of the tile from there.
//
// A line or passage with {m} or {n} is there once for each row or column of a subgroup's blocks, so that every block
// has a variable of its own: an array of them would have to be looked up.

/// What a subgroup computes.
const SHARE_M = TILE_M / SUBGROUPS_M;
const SHARE_N = TILE_N / SUBGROUPS_N;
// Tiles lie as their operands do in memory, along K or across it. Rows of 8 more than needed are still whole multiples
// of 16 bytes, as matrix units want them, and do not all begin in the same bank.
const ALONG_A = select(TILE_M, TILE_K, A_K == 1u);
const ALONG_B = select(TILE_N, TILE_K, B_K == 1u);
const PITCH_A = ALONG_A + 8u;
const PITCH_B = ALONG_B + 8u;

alias Left = subgroup_matrix_left<f16, UNIT_K, UNIT_M>;
alias Right = subgroup_matrix_right<f16, UNIT_N, UNIT_K>;
alias Sum = subgroup_matrix_result<f32, UNIT_N, UNIT_M>;

// As long as the longer way of lying, so that products of any operands can share them.
var<workgroup> tile_a: array<f16, max(TILE_M * (TILE_K + 8u), TILE_K * (TILE_M + 8u))>;
var<workgroup> tile_b: array<f16, max(TILE_N * (TILE_K + 8u), TILE_K * (TILE_N + 8u))>;
/// Where each subgroup lays down a row of its blocks, for its threads to take one number after the other.
var<workgroup> rows: array<f32, SUBGROUPS_M * SUBGROUPS_N * UNIT_M * SHARE_N>;

fn read_a(at: vec4u) -> vec4f {
  return vec4f(a[at.x], a[at.y], a[at.z], a[at.w]);
}

fn read_b(at: vec4u) -> vec4f {
  return vec4f(b[at.x], b[at.y], b[at.z], b[at.w]);
}

const FOUR = vec4u(0u, 1u, 2u, 3u);

/// Rows past the last repeat it, and what comes of them is not written; past the end of the sum are zeros.
fn load_a(place: Place, k_tile: u32, thread: u32) {
  for (var i = thread; i < TILE_M * TILE_K / 4u; i += THREADS) {
    let inner = i * 4u % ALONG_A;
    let outer = i * 4u / ALONG_A;
    let k = k_tile + select(vec4u(outer), inner + FOUR, A_K == 1u);
    let m = place.m + select(inner + FOUR, vec4u(outer), A_K == 1u);
    let four = read_a(place.a + min(k, vec4u(K - 1u)) * A_K + min(m, vec4u(M - 1u)) * A_M);
    let half = vec4h(select(vec4f(), four, k < vec4u(place.k_end)));
    let at = outer * PITCH_A + inner;
    tile_a[at] = half.x;
    tile_a[at + 1u] = half.y;
    tile_a[at + 2u] = half.z;
    tile_a[at + 3u] = half.w;
  }
}

fn load_b(place: Place, k_tile: u32, thread: u32) {
  for (var i = thread; i < TILE_N * TILE_K / 4u; i += THREADS) {
    let inner = i * 4u % ALONG_B;
    let outer = i * 4u / ALONG_B;
    let k = k_tile + select(vec4u(outer), inner + FOUR, B_K == 1u);
    let n = place.n + select(inner + FOUR, vec4u(outer), B_K == 1u);
    let four = read_b(place.b + min(k, vec4u(K - 1u)) * B_K + min(n, vec4u(N - 1u)) * B_N);
    let half = vec4h(select(vec4f(), four, k < vec4u(place.k_end)));
    let at = outer * PITCH_B + inner;
    tile_b[at] = half.x;
    tile_b[at + 1u] = half.y;
    tile_b[at + 2u] = half.z;
    tile_b[at + 3u] = half.w;
  }
}

/// The place in a tile of the matrix whose first element is (m, k) of a, or (k, n) of b.
fn left_at(m: u32, k: u32) -> u32 {
  return select(k * PITCH_A + m, m * PITCH_A + k, A_K == 1u);
}

fn right_at(k: u32, n: u32) -> u32 {
  return select(k * PITCH_B + n, n * PITCH_B + k, B_K == 1u);
}

/// All of the result's tiles lie wholly inside of it.
const WHOLE = M % TILE_M == 0u && N % TILE_N == 0u;

/// What nothing is added to, where all is WHOLE. Else it is not called, and is left empty.
fn store_block(at: u32, block: Sum) {
  subgroupMatrixStore<row_major>(&out, at, block, N);
}

/// The elements of a row of blocks, which begins at (m, n), one after the other.
fn finish_row(place: Place, first: u32, lane: u32, m: u32, n: u32) {
  workgroupBarrier();
  for (var i = lane; i < UNIT_M * SHARE_N; i += SUBGROUP) {
    let row = m + i / SHARE_N;
    let column = n + i % SHARE_N;
    if (row < M && column < N) {
      finish(place.out + row * N + column, rows[first + i]);
    }
  }
  workgroupBarrier();
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let place = place_of(group);
  if (place.beyond) {
    return;
  }
  // Threads of consecutive numbers are a subgroup: the device has been asked.
  let subgroup = thread / SUBGROUP;
  let tile_m = subgroup / SUBGROUPS_N * SHARE_M;
  let tile_n = subgroup % SUBGROUPS_N * SHARE_N;
  /*each m*/
  /*each n*/
  var sum_{m}_{n}: Sum;
  /*end n*/
  /*end m*/
  for (var k_tile = place.k_first; k_tile < place.k_end; k_tile += TILE_K) {
    load_a(place, k_tile, thread);
    load_b(place, k_tile, thread);
    workgroupBarrier();
    for (var k = 0u; k < TILE_K; k += UNIT_K) {
      /*each m*/
      let left_{m} = subgroupMatrixLoad<Left, LAYOUT_A>(&tile_a, left_at(tile_m + {m}u * UNIT_M, k), PITCH_A);
      /*end m*/
      /*each n*/
      let right_{n} = subgroupMatrixLoad<Right, LAYOUT_B>(&tile_b, right_at(k, tile_n + {n}u * UNIT_N), PITCH_B);
      /*end n*/
      /*each m*/
      /*each n*/
      sum_{m}_{n} = subgroupMatrixMultiplyAccumulate(left_{m}, right_{n}, sum_{m}_{n});
      /*end n*/
      /*end m*/
    }
    workgroupBarrier();
  }
  let m = place.m + tile_m;
  let n = place.n + tile_n;
  if (WHOLE && !FINISHES) {
    let at = place.out + m * N + n;
    /*each m*/
    /*each n*/
    store_block(at + {m}u * UNIT_M * N + {n}u * UNIT_N, sum_{m}_{n});
    /*end n*/
    /*end m*/
  } else {
    let first = subgroup * UNIT_M * SHARE_N;
    let lane = thread % SUBGROUP;
    /*each m*/
    /*each n*/
    subgroupMatrixStore<row_major>(&rows, first + {n}u * UNIT_N, sum_{m}_{n}, SHARE_N);
    /*end n*/
    finish_row(place, first, lane, m + {m}u * UNIT_M, n);
    /*end m*/
  }
}
