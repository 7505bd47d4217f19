// dlogits = (softmax(logits) - onehot(target)) * dloss; zeros where there is no such target.

@group(0) @binding(0) var<storage, read> logits: array<f32, ROWS * N>; // [ROWS, N]
@group(0) @binding(1) var<storage, read> targets: array<i32, ROWS>; // [ROWS]
@group(0) @binding(2) var<storage, read> dloss: array<f32, ROWS>; // [ROWS]
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32, ROWS * N>; // [ROWS, N]

/// What becomes of each element of the result. A plan may add to it (epilogue.ts).
fn finish(i: u32, value: f32) {
  dlogits[i] = value;
}

/// A plan has added to `finish`: the result may then be kept nowhere.
const FINISHES = false;

/// An exponential costs more than a store and a load: each is computed once, and kept in the result's place.
fn store_weight(i: u32, weight: f32) {
  dlogits[i] = weight;
}

/// What was kept. A plan that adds to `finish` has it computed again.
fn load_weight(i: u32) -> f32 {
  return dlogits[i];
}

fn weight_at(i: u32, largest: f32) -> f32 {
  if (FINISHES) {
    return exp(logits[i] - largest);
  }
  return load_weight(i);
}

/// An element of dloss, which a plan may compute instead (prologue.ts).
fn dloss_at(i: u32) -> f32 {
  return dloss[i];
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
    let weight = exp(logits[i] - largest);
    store_weight(i, weight);
    sum += weight;
  }
  sum = sum_over_row(vec2f(sum, 0.0), thread).x;

  if (row < ROWS) {
    let goal = u32(targets[row]);
    let counts = goal < N;
    let factor = dloss_at(row);
    for (var i = first; i < end; i += LANES) {
      let hit = select(0.0, 1.0, i == row * N + goal);
      finish(i, select(0.0, (weight_at(i, largest) / sum - hit) * factor, counts));
    }
  }
}
