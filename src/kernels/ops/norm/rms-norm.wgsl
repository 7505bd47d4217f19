// y = x / sqrt(mean(x^2) + eps), over rows.

@group(0) @binding(0) var<storage, read> x: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(1) var<storage, read_write> y: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(2) var<uniform> numbers: array<vec4f, 1>; // eps

/// What becomes of each element of the result. A plan may add to it (epilogue.ts).
fn finish(i: u32, value: f32) {
  y[i] = value;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let eps = numbers[0].x;
  let row = row_of(group, thread);
  let first = row * N + thread % LANES;
  let end = select(0u, row * N + N, row < ROWS);

  var sum = 0.0;
  for (var i = first; i < end; i += LANES) {
    sum += x[i] * x[i];
  }
  sum = sum_over_row(vec2f(sum, 0.0), thread).x;
  let scale = 1.0 / sqrt(sum / f32(N) + eps);
  for (var i = first; i < end; i += LANES) {
    finish(i, x[i] * scale);
  }
}
