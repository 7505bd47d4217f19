// dlogits = (softmax(logits) - onehot(target)) * dloss; zeros where there is no such target.

@group(0) @binding(0) var<storage, read> logits: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(1) var<storage, read> targets: array<i32, ROWS>; // [ROWS]
@group(0) @binding(2) var<storage, read> dloss: array<f32, ROWS>; // [ROWS]
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32, ROWS * N>; // [ROWS, N]

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = row_of(group, thread);
  let first = row * N + thread % LANES;
  let end = select(0u, row * N + N, row < ROWS);

  var largest = LOWEST;
  for (var i = first; i < end; i += LANES) {
    largest = max(largest, logits[i]);
  }
  largest = max_over_row(largest, thread);

  // An exponential costs more than a store and a load: each is computed once.
  var sum = 0.0;
  for (var i = first; i < end; i += LANES) {
    let weight = exp(logits[i] - largest);
    dlogits[i] = weight;
    sum += weight;
  }
  sum = sum_over_row(vec2f(sum, 0.0), thread).x;

  if (row < ROWS) {
    let goal = u32(targets[row]);
    let counts = goal < N;
    let factor = dloss[row];
    for (var i = first; i < end; i += LANES) {
      let hit = select(0.0, 1.0, i == row * N + goal);
      dlogits[i] = select(0.0, (dlogits[i] / sum - hit) * factor, counts);
    }
  }
}
