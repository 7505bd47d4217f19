// y = max + log(sum(exp(x - max))), over rows.

@group(0) @binding(0) var<storage, read> x: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(1) var<storage, read_write> y: array<f32, ROWS>; // [ROWS]

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = row_of(group, thread);
  let first = row * N + thread % LANES;
  let end = select(0u, row * N + N, row < ROWS);

  var largest = LOWEST;
  for (var i = first; i < end; i += LANES) {
    largest = max(largest, x[i]);
  }
  largest = max_over_row(largest, thread);
  var sum = 0.0;
  for (var i = first; i < end; i += LANES) {
    sum += exp(x[i] - largest);
  }
  sum = sum_over_row(vec2f(sum, 0.0), thread).x;
  if (row < ROWS && thread % LANES == 0u) {
    y[row] = largest + log(sum);
  }
}
