// With r = 1 / sqrt(mean(x^2) + eps): dx = r * (dy - x * r^2 * mean(x * dy)), over rows, written as
//   dx = r^3 * (dy * eps + across), across = dy * mean(x^2) - x * mean(x * dy).
// `across` is what of dy does not lie along x. In a row of one nothing does not, and to say so outright
// keeps the rounding of two equal terms from drowning the eps that is left.

@group(0) @binding(0) var<storage, read> x: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(1) var<storage, read> dy: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(2) var<storage, read_write> dx: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(3) var<uniform> numbers: array<vec4f, 1>; // eps

/// An element of dy, which a plan may compute instead (prologue.ts).
fn dy_at(i: u32) -> f32 {
  return dy[i];
}

/// What becomes of each element of the result. A plan may add to it (epilogue.ts).
fn finish(i: u32, value: f32) {
  dx[i] = value;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let eps = numbers[0].x;
  let row = row_of(group, thread);
  let first = row * N + thread % LANES;
  let end = select(0u, row * N + N, row < ROWS);

  var sums = vec2f(); // of x^2, and of x * dy
  for (var i = first; i < end; i += LANES) {
    sums += x[i] * vec2f(x[i], dy_at(i));
  }
  let means = sum_over_row(sums, thread) / f32(N);
  let scale = 1.0 / sqrt(means.x + eps);
  for (var i = first; i < end; i += LANES) {
    let across = select(dy_at(i) * means.x - x[i] * means.y, 0.0, N == 1u);
    finish(i, (dy_at(i) * eps + across) * scale * scale * scale);
  }
}
