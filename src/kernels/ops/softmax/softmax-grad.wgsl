// dx = y * (dy - sum(y * dy)), over rows.

@group(0) @binding(0) var<storage, read> y: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(1) var<storage, read> dy: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(2) var<storage, read_write> dx: array<f32, ROWS * N>; // [ROWS, N]

/// What becomes of each element of the result. A plan may add to it (epilogue.ts).
fn finish(i: u32, value: f32) {
  dx[i] = value;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = row_of(group, thread);
  let first = row * N + thread % LANES;
  let end = select(0u, row * N + N, row < ROWS);

  var mean = 0.0; // of dy, weighted by y
  for (var i = first; i < end; i += LANES) {
    mean += y[i] * dy[i];
  }
  mean = sum_over_row(vec2f(mean, 0.0), thread).x;
  for (var i = first; i < end; i += LANES) {
    finish(i, y[i] * (dy[i] - mean));
  }
}
