// y = rope(x / sqrt(mean(x^2) + eps)), over rows of one head: what models do to queries and keys.

@group(0) @binding(0) var<storage, read> x: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(1) var<storage, read_write> y: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(2) var<uniform> numbers: array<vec4f, 1u + (HALF + 1u) / 2u>; // eps; see rope.common.wgsl

/// What becomes of each element of the result. A plan may add to it (epilogue.ts).
fn finish(i: u32, value: f32) {
  y[i] = value;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let eps = numbers[0].x;
  let row = row_of(group, thread);
  let first = row * N;
  let end = select(0u, HALF, row < ROWS);

  var sum = 0.0;
  for (var d = thread % LANES; d < end; d += LANES) {
    let pair = vec2f(x[first + d], x[first + d + HALF]);
    sum += dot(pair, pair);
  }
  sum = sum_over_row(vec2f(sum, 0.0), thread).x;
  let scale = 1.0 / sqrt(sum / f32(N) + eps);
  for (var d = thread % LANES; d < end; d += LANES) {
    let pair = turned(vec2f(x[first + d], x[first + d + HALF]) * scale, row, d);
    finish(first + d, pair.x);
    finish(first + d + HALF, pair.y);
  }
}
