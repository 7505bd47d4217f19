// y = (x - mean) / sqrt(var + eps), over rows.

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
    sum += x[i];
  }
  let mean = sum_over_row(vec2f(sum, 0.0), thread).x / f32(N);

  // The variance in a second pass: mean(x^2) - mean^2 would lose most digits where the mean is large.
  var squares = 0.0;
  for (var i = first; i < end; i += LANES) {
    let centred = x[i] - mean;
    squares += centred * centred;
  }
  squares = sum_over_row(vec2f(squares, 0.0), thread).x;
  let scale = 1.0 / sqrt(squares / f32(N) + eps);
  for (var i = first; i < end; i += LANES) {
    finish(i, (x[i] - mean) * scale);
  }
}
