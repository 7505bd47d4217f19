// y = exp(x - max) / sum(exp(x - max)), over rows.

@group(0) @binding(0) var<storage, read> x: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(1) var<storage, read_write> y: array<f32, ROWS * N>; // [ROWS, N]

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = row_of(group, thread);
  let first = row * N + thread % LANES;
  // Rows past the last one have nothing to read: their loops end at once.
  let end = select(0u, row * N + N, row < ROWS);

  var largest = LOWEST;
  for (var i = first; i < end; i += LANES) {
    largest = max(largest, x[i]);
  }
  largest = max_over_row(largest, thread);

  // An exponential costs more than a store and a load: each is computed once.
  var sum = 0.0;
  for (var i = first; i < end; i += LANES) {
    let weight = exp(x[i] - largest);
    y[i] = weight;
    sum += weight;
  }
  sum = sum_over_row(vec2f(sum, 0.0), thread).x;

  for (var i = first; i < end; i += LANES) {
    y[i] /= sum;
  }
}
