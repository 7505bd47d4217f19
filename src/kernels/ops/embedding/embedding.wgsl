// out[n] = table[ids[n]], and zeros for an id that is not in the table.

@group(0) @binding(0) var<storage, read> table: array<f32, V * C>; // [V, C]
@group(0) @binding(1) var<storage, read> ids: array<i32, N>; // [N]
@group(0) @binding(2) var<storage, read_write> out: array<f32, N * C>; // [N, C]

/// What becomes of each element of the result. A plan may add to it (epilogue.ts).
fn finish(i: u32, value: f32) {
  out[i] = value;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  // A thread's elements lie THREADS apart, so that neighbours read neighbours.
  let first = (group.x + group.y * MAX_WORKGROUPS) * (THREADS * EACH) + thread;
  for (var n = 0u; n < EACH; n++) {
    let at = first + n * THREADS;
    if (at < N * C) {
      // As u32, a negative id is past the end too.
      let id = u32(ids[at / C]);
      var value = 0.0;
      if (id < V) {
        value = table[id * C + at % C];
      }
      finish(at, value);
    }
  }
}
