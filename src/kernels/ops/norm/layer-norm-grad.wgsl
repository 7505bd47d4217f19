// With r = 1 / sqrt(var + eps) and z = x - mean:
//   dx = r * (dy - mean(dy) - z * r^2 * mean(z * dy)), over rows, written with w = dy - mean(dy) as
//   dx = r^3 * (w * eps + across), across = w * mean(z^2) - z * mean(z * dy).
// `across` is what of w does not lie along z. In a row of two nothing does not, and to say so outright
// keeps the rounding of two equal terms from drowning the eps that is left.

@group(0) @binding(0) var<storage, read> x: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(1) var<storage, read> dy: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(2) var<storage, read_write> dx: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(3) var<uniform> numbers: array<vec4f, 1>; // eps

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

  var sums = vec2f(); // of x, and of dy
  for (var i = first; i < end; i += LANES) {
    sums += vec2f(x[i], dy[i]);
  }
  let means = sum_over_row(sums, thread) / f32(N);

  var centred = vec2f(); // sums of z^2, and of z * dy
  for (var i = first; i < end; i += LANES) {
    let z = x[i] - means.x;
    centred += z * vec2f(z, dy[i]);
  }
  let moments = sum_over_row(centred, thread) / f32(N);
  let scale = 1.0 / sqrt(moments.x + eps);
  for (var i = first; i < end; i += LANES) {
    let w = dy[i] - means.y;
    let across = select(w * moments.x - (x[i] - means.x) * moments.y, 0.0, N <= 2u);
    finish(i, (w * eps + across) * scale * scale * scale);
  }
}
