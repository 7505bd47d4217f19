// out = a b, a workgroup computing one tile of it: the rows of a and columns of b that the tile needs are
// read into workgroup memory TILE_K at a time, and each thread computes a 4 x 4 block from there, or
// (WIDE) four such blocks.

const BLOCKS = select(1u, 2u, WIDE);
const THREADS = THREADS_M * THREADS_N;
const TILE_M = THREADS_M * 4u * BLOCKS;
const TILE_N = THREADS_N * 4u * BLOCKS;
const TILE_K = 16u;
// One more than needed, so that threads that write one column of a tile do not all meet in one bank.
const PITCH_A = TILE_M / 4u + 1u;
const PITCH_B = TILE_N / 4u + 1u;

var<workgroup> tile_a: array<vec4f, TILE_K * PITCH_A>; // [TILE_K, TILE_M]
var<workgroup> tile_b: array<vec4f, TILE_K * PITCH_B>; // [TILE_K, TILE_N]

/// Neighbouring threads read neighbouring elements, whichever axis those lie along.
fn load_a(place: Place, k_tile: u32, thread: u32) {
  const FOURS = TILE_M / 4u;
  for (var i = thread; i < TILE_K * FOURS; i += THREADS) {
    let k = select(i / FOURS, i % TILE_K, A_K == 1u);
    let four = select(i % FOURS, i / TILE_K, A_K == 1u);
    var value = vec4f();
    if (k_tile + k < place.k_end) {
      // Rows past the last repeat it, and what comes of them is not written.
      let m = min(place.m + four * 4u + vec4u(0u, 1u, 2u, 3u), vec4u(M - 1u));
      let at = place.a + (k_tile + k) * A_K + m * A_M;
      value = vec4f(a[at.x], a[at.y], a[at.z], a[at.w]);
    }
    tile_a[k * PITCH_A + four] = value;
  }
}

fn load_b(place: Place, k_tile: u32, thread: u32) {
  const FOURS = TILE_N / 4u;
  for (var i = thread; i < TILE_K * FOURS; i += THREADS) {
    let k = select(i / FOURS, i % TILE_K, B_K == 1u);
    let four = select(i % FOURS, i / TILE_K, B_K == 1u);
    var value = vec4f();
    if (k_tile + k < place.k_end) {
      let n = min(place.n + four * 4u + vec4u(0u, 1u, 2u, 3u), vec4u(N - 1u));
      let at = place.b + (k_tile + k) * B_K + n * B_N;
      value = vec4f(b[at.x], b[at.y], b[at.z], b[at.w]);
    }
    tile_b[k * PITCH_B + four] = value;
  }
}

@compute @workgroup_size(THREADS_N, THREADS_M)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) thread: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let place = place_of(group);
  if (place.beyond) {
    return;
  }
  var c00 = mat4x4f();
  var c01 = mat4x4f();
  var c10 = mat4x4f();
  var c11 = mat4x4f();
  for (var k_tile = place.k_first; k_tile < place.k_end; k_tile += TILE_K) {
    load_a(place, k_tile, index);
    load_b(place, k_tile, index);
    workgroupBarrier();
    for (var k = 0u; k < TILE_K; k++) {
      // A thread's second block lies a whole row of threads after its first.
      let a_top = tile_a[k * PITCH_A + thread.y];
      let b_left = tile_b[k * PITCH_B + thread.x];
      c00 += outer(a_top, b_left);
      if (WIDE) {
        let a_low = tile_a[k * PITCH_A + thread.y + THREADS_M];
        let b_right = tile_b[k * PITCH_B + thread.x + THREADS_N];
        c01 += outer(a_top, b_right);
        c10 += outer(a_low, b_left);
        c11 += outer(a_low, b_right);
      }
    }
    workgroupBarrier();
  }
  let m = place.m + thread.y * 4u;
  let n = place.n + thread.x * 4u;
  write_block(place.out, m, n, c00);
  if (WIDE) {
    write_block(place.out, m, n + THREADS_N * 4u, c01);
    write_block(place.out, m + THREADS_M * 4u, n, c10);
    write_block(place.out, m + THREADS_M * 4u, n + THREADS_N * 4u, c11);
  }
}
