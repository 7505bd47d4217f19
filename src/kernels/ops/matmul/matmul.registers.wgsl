// out = a b, each thread computing 8 x 8 elements straight from memory, with nothing shared: the faster
// way where workgroup memory is as slow as any other, as on an adapter that is really the CPU.

const TILE_M = THREADS_M * 8u;
const TILE_N = THREADS_N * 8u;

fn read_a(at: vec4u) -> vec4f {
  return vec4f(a[at.x], a[at.y], a[at.z], a[at.w]);
}

fn read_b(at: vec4u) -> vec4f {
  return vec4f(b[at.x], b[at.y], b[at.z], b[at.w]);
}

/// What nothing is added to. A plan that adds to `finish` leaves this empty, for it is not called.
fn store_eight(at: u32, left: vec4f, right: vec4f) {
  out[at] = left.x;
  out[at + 1u] = left.y;
  out[at + 2u] = left.z;
  out[at + 3u] = left.w;
  out[at + 4u] = right.x;
  out[at + 5u] = right.y;
  out[at + 6u] = right.z;
  out[at + 7u] = right.w;
}

@compute @workgroup_size(THREADS_N, THREADS_M)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) thread: vec3u) {
  let place = place_of(group);
  let m = place.m + thread.y * 8u;
  let n = place.n + thread.x * 8u;
  if (place.beyond || m >= M || n >= N) {
    return;
  }
  // Rows and columns past the edge repeat the last one, and are not written.
  let four = vec4u(0u, 1u, 2u, 3u);
  var a0 = place.a + min(m + four, vec4u(M - 1u)) * A_M + place.k_first * A_K;
  var a1 = place.a + min(m + 4u + four, vec4u(M - 1u)) * A_M + place.k_first * A_K;
  var b0 = place.b + min(n + four, vec4u(N - 1u)) * B_N + place.k_first * B_K;
  var b1 = place.b + min(n + 4u + four, vec4u(N - 1u)) * B_N + place.k_first * B_K;

  var c00 = mat4x4f();
  var c01 = mat4x4f();
  var c10 = mat4x4f();
  var c11 = mat4x4f();
  for (var k = place.k_first; k < place.k_end; k++) {
    let a_top = read_a(a0);
    let a_low = read_a(a1);
    let b_left = read_b(b0);
    let b_right = read_b(b1);
    c00 += outer(a_top, b_left);
    c01 += outer(a_top, b_right);
    c10 += outer(a_low, b_left);
    c11 += outer(a_low, b_right);
    a0 += A_K;
    a1 += A_K;
    b0 += B_K;
    b1 += B_K;
  }
  // A loop, with no branch for each element where all are inside: written out 64 times, this was most of
  // the shader, and more than half of the time that it took to compile.
  var rows = array<array<vec4f, 2>, 8>(
    array(c00[0], c01[0]),
    array(c00[1], c01[1]),
    array(c00[2], c01[2]),
    array(c00[3], c01[3]),
    array(c10[0], c11[0]),
    array(c10[1], c11[1]),
    array(c10[2], c11[2]),
    array(c10[3], c11[3]),
  );
  let count = min(8u, M - m);
  let whole = n + 8u <= N;
  for (var row = 0u; row < count; row++) {
    let left = rows[row][0];
    let right = rows[row][1];
    let at = place.out + (m + row) * N + n;
    if (whole && !FINISHES) {
      store_eight(at, left, right);
    } else {
      // In one place of the text, for what is done with each element may be long.
      for (var column = 0u; column < min(8u, N - n); column++) {
        finish(at + column, rows[row][column / 4u][column % 4u]);
      }
    }
  }
}
