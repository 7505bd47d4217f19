// dtable[v] = sum of dout[n] over the n where ids[n] is v, a thread to a row v and nothing shared: for an
// adapter that is really the CPU.

@group(0) @binding(0) var<storage, read> ids: array<i32, N>; // [N]
@group(0) @binding(1) var<storage, read> dout: array<f32, N * C>; // [N, C]
@group(0) @binding(2) var<storage, read_write> dtable: array<f32, V * C>; // [V, C]

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let v = (group.x + group.y * MAX_WORKGROUPS) * THREADS + thread;
  if (v >= V) {
    return;
  }
  for (var c = 0u; c < C; c++) {
    dtable[v * C + c] = 0.0;
  }
  for (var n = 0u; n < N; n++) {
    if (u32(ids[n]) != v) {
      continue;
    }
    for (var c = 0u; c < C; c++) {
      dtable[v * C + c] += dout[n * C + c];
    }
  }
}
