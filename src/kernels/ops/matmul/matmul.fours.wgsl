// out = a b in tiles, as matmul.tiled.wgsl computes it, with memory read and written four elements at a time where
// they lie side by side at a multiple of four: A_FOURS, B_FOURS, OUT_FOURS. The lowering then makes arrays of fours of
// those bindings (matmul.fours.ts); what is not so is read one by one.
//
// Each thread brings four fours of each side's tile. EARLY: it asks for those of the next tile before it computes
// with this one, so that memory answers meanwhile.

const BLOCKS = select(1u, 2u, WIDE);
const THREADS = THREADS_M * THREADS_N;
const TILE_M = THREADS_M * 4u * BLOCKS;
const TILE_N = THREADS_N * 4u * BLOCKS;
/// Tiles are square.
const TILE_K = THREADS * 16u / TILE_M;
// Odd, so that threads that write one column of a tile do not all meet in one bank.
const PITCH_A = TILE_M / 4u + 1u;
const PITCH_B = TILE_N / 4u + 1u;

var<workgroup> tile_a: array<vec4f, TILE_K * PITCH_A>; // [TILE_K, TILE_M]
var<workgroup> tile_b: array<vec4f, TILE_K * PITCH_B>; // [TILE_K, TILE_N]

/// Fours lie along K, and so across the rows of a tile: a thread reads 4 x 4 elements and turns them over.
const TURNS_A = A_FOURS && A_K == 1u;
const TURNS_B = B_FOURS && B_K == 1u;

/// Of fours: those that begin at the first place.
fn read_a(at: vec4u) -> vec4f {
  return vec4f(a[at.x], a[at.y], a[at.z], a[at.w]);
}

fn read_b(at: vec4u) -> vec4f {
  return vec4f(b[at.x], b[at.y], b[at.z], b[at.w]);
}

/// What nothing is added to. A plan that adds to `finish` leaves this empty, for it is not called.
fn store_four(at: u32, four: vec4f) {
  out[at] = four.x;
  out[at + 1u] = four.y;
  out[at + 2u] = four.z;
  out[at + 3u] = four.w;
}

/// Which row of a tile, and which four of that row, is a thread's `n`th; neighbours have what neighbours in memory.
fn spot(thread: u32, n: u32, fours: u32, along_k: bool, turns: bool) -> vec2u {
  if (turns) {
    // Of eight threads, two share a row in memory and read 32 bytes of it, and together they write eight fours of a
    // tile that lie in different banks: rows four apart are an odd number of fours times four apart.
    let block = thread / 8u;
    const PAIRS = TILE_K / 8u;
    return vec2u((block % PAIRS * 2u + thread % 2u) * 4u + n, block / PAIRS * 4u + thread / 2u % 4u);
  }
  let i = thread + n * THREADS;
  return select(vec2u(i / fours, i % fours), vec2u(i % TILE_K, i / TILE_K), along_k);
}

fn spot_a(thread: u32, n: u32) -> vec2u {
  return spot(thread, n, TILE_M / 4u, A_K == 1u, TURNS_A);
}

fn spot_b(thread: u32, n: u32) -> vec2u {
  return spot(thread, n, TILE_N / 4u, B_K == 1u, TURNS_B);
}

/// The last place along K where a read may begin.
const LAST_A = K - select(1u, 4u, TURNS_A);
const LAST_B = K - select(1u, 4u, TURNS_B);

/// Rows past the last repeat it, and what comes of them is not written. Without branches, so that all reads are
/// under way together.
fn bring_a(place: Place, k_tile: u32, thread: u32, n: u32) -> vec4f {
  let at = spot_a(thread, select(n, 0u, TURNS_A));
  let k = k_tile + at.x;
  let m = place.m + at.y * 4u;
  let rows = min(m + select(vec4u(0u, 1u, 2u, 3u), vec4u(n), TURNS_A), vec4u(M - 1u));
  // Fours that lie along M are all inside or all past the edge.
  let first = select(rows, min(rows, vec4u(M - min(M, 4u))), A_FOURS && !TURNS_A);
  let four = read_a(place.a + min(k, LAST_A) * A_K + first * A_M);
  return select(vec4f(), four, k < place.k_end);
}

fn bring_b(place: Place, k_tile: u32, thread: u32, n: u32) -> vec4f {
  let at = spot_b(thread, select(n, 0u, TURNS_B));
  let k = k_tile + at.x;
  let column = place.n + at.y * 4u;
  let columns = min(column + select(vec4u(0u, 1u, 2u, 3u), vec4u(n), TURNS_B), vec4u(N - 1u));
  let first = select(columns, min(columns, vec4u(N - min(N, 4u))), B_FOURS && !TURNS_B);
  let four = read_b(place.b + min(k, LAST_B) * B_K + first * B_N);
  return select(vec4f(), four, k < place.k_end);
}

/// A thread's share of a tile from memory.
fn fetch_a(place: Place, k_tile: u32, thread: u32) -> mat4x4f {
  let fours = mat4x4f(
    bring_a(place, k_tile, thread, 0u),
    bring_a(place, k_tile, thread, 1u),
    bring_a(place, k_tile, thread, 2u),
    bring_a(place, k_tile, thread, 3u),
  );
  if (TURNS_A) {
    return transpose(fours);
  }
  return fours;
}

fn fetch_b(place: Place, k_tile: u32, thread: u32) -> mat4x4f {
  let fours = mat4x4f(
    bring_b(place, k_tile, thread, 0u),
    bring_b(place, k_tile, thread, 1u),
    bring_b(place, k_tile, thread, 2u),
    bring_b(place, k_tile, thread, 3u),
  );
  if (TURNS_B) {
    return transpose(fours);
  }
  return fours;
}

fn put_a(fours: mat4x4f, thread: u32) {
  let at = vec4u(index_a(thread, 0u), index_a(thread, 1u), index_a(thread, 2u), index_a(thread, 3u));
  tile_a[at.x] = fours[0];
  tile_a[at.y] = fours[1];
  tile_a[at.z] = fours[2];
  tile_a[at.w] = fours[3];
}

fn put_b(fours: mat4x4f, thread: u32) {
  let at = vec4u(index_b(thread, 0u), index_b(thread, 1u), index_b(thread, 2u), index_b(thread, 3u));
  tile_b[at.x] = fours[0];
  tile_b[at.y] = fours[1];
  tile_b[at.z] = fours[2];
  tile_b[at.w] = fours[3];
}

fn index_a(thread: u32, n: u32) -> u32 {
  let at = spot_a(thread, n);
  return at.x * PITCH_A + at.y;
}

fn index_b(thread: u32, n: u32) -> u32 {
  let at = spot_b(thread, n);
  return at.x * PITCH_B + at.y;
}

/// sum + outer(a, b)
fn add_outer(sum: mat4x4f, a: vec4f, b: vec4f) -> mat4x4f {
  return mat4x4f(
    fma(vec4f(a.x), b, sum[0]),
    fma(vec4f(a.y), b, sum[1]),
    fma(vec4f(a.z), b, sum[2]),
    fma(vec4f(a.w), b, sum[3]),
  );
}

fn write_fours(base: u32, m: u32, n: u32, block: mat4x4f) {
  if (FINISHES || !OUT_FOURS) {
    write_block(base, m, n, block);
    return;
  }
  if (n >= N) {
    return;
  }
  let at = base + m * N + n;
  if (m < M) { store_four(at, block[0]); }
  if (m + 1u < M) { store_four(at + N, block[1]); }
  if (m + 2u < M) { store_four(at + 2u * N, block[2]); }
  if (m + 3u < M) { store_four(at + 3u * N, block[3]); }
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
  var next_a = fetch_a(place, place.k_first, index);
  var next_b = fetch_b(place, place.k_first, index);
  for (var k_tile = place.k_first; k_tile < place.k_end; k_tile += TILE_K) {
    put_a(next_a, index);
    put_b(next_b, index);
    workgroupBarrier();
    let after = k_tile + TILE_K;
    if (EARLY && after < place.k_end) {
      next_a = fetch_a(place, after, index);
      next_b = fetch_b(place, after, index);
    }
    for (var k = 0u; k < TILE_K; k++) {
      // A thread's second block lies a whole row of threads after its first.
      let a_top = tile_a[k * PITCH_A + thread.y];
      let b_left = tile_b[k * PITCH_B + thread.x];
      c00 = add_outer(c00, a_top, b_left);
      if (WIDE) {
        let a_low = tile_a[k * PITCH_A + thread.y + THREADS_M];
        let b_right = tile_b[k * PITCH_B + thread.x + THREADS_N];
        c01 = add_outer(c01, a_top, b_right);
        c10 = add_outer(c10, a_low, b_left);
        c11 = add_outer(c11, a_low, b_right);
      }
    }
    workgroupBarrier();
    if (!EARLY && after < place.k_end) {
      next_a = fetch_a(place, after, index);
      next_b = fetch_b(place, after, index);
    }
  }
  let m = place.m + thread.y * 4u;
  let n = place.n + thread.x * 4u;
  write_fours(place.out, m, n, c00);
  if (WIDE) {
    write_fours(place.out, m, n + THREADS_N * 4u, c01);
    write_fours(place.out, m + THREADS_M * 4u, n, c10);
    write_fours(place.out, m + THREADS_M * 4u, n + THREADS_N * 4u, c11);
  }
}
