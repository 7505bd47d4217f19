// loss = log(sum(exp(logits - max))) - (logits[target] - max), in nats; 0 where there is no such target.

@group(0) @binding(0) var<storage, read> logits: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(1) var<storage, read> targets: array<i32, ROWS>; // [ROWS]
@group(0) @binding(2) var<storage, read_write> loss: array<f32, ROWS>; // [ROWS]

/// What becomes of each element of the result. A plan may add to it (epilogue.ts).
fn finish(i: u32, value: f32) {
  loss[i] = value;
}

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
  var sum = 0.0;
  for (var i = first; i < end; i += LANES) {
    sum += exp(logits[i] - largest);
  }
  sum = sum_over_row(vec2f(sum, 0.0), thread).x;

  if (row < ROWS && thread % LANES == 0u) {
    // As u32, a negative target is past the end too.
    let goal = u32(targets[row]);
    if (goal < N) {
      finish(row, log(sum) - (logits[row * N + goal] - largest));
    } else {
      finish(row, 0.0);
    }
  }
}
