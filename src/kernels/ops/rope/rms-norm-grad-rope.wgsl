// The gradient of rmsNorm (see rms-norm-grad.wgsl) from x and dy, where dy is rope of what is read as dz.

@group(0) @binding(0) var<storage, read> x: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(1) var<storage, read> dz: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(2) var<storage, read_write> dx: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(3) var<uniform> numbers: array<vec4f, 1u + (HALF + 1u) / 2u>; // eps; see rope.common.wgsl

/// What becomes of each element of the result. A plan may add to it (epilogue.ts).
fn finish(i: u32, value: f32) {
  dx[i] = value;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let eps = numbers[0].x;
  let row = row_of(group, thread);
  let first = row * N;
  let end = select(0u, HALF, row < ROWS);

  var sums = vec2f(); // of x^2, and of x * dy
  for (var d = thread % LANES; d < end; d += LANES) {
    let pair = vec2f(x[first + d], x[first + d + HALF]);
    let dy = turned(vec2f(dz[first + d], dz[first + d + HALF]), row, d);
    sums += vec2f(dot(pair, pair), dot(pair, dy));
  }
  let means = sum_over_row(sums, thread) / f32(N);
  let scale = 1.0 / sqrt(means.x + eps);
  for (var d = thread % LANES; d < end; d += LANES) {
    let pair = vec2f(x[first + d], x[first + d + HALF]);
    let dy = turned(vec2f(dz[first + d], dz[first + d + HALF]), row, d);
    let result = (dy * eps + dy * means.x - pair * means.y) * scale * scale * scale;
    finish(first + d, result.x);
    finish(first + d + HALF, result.y);
  }
}
