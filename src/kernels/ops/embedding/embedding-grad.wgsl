// dtable[v] = sum of dout[n] over the n where ids[n] is v. A workgroup owns the row v and adds in the
// order of n, so that the sum rounds alike every time, as it would not with atomic additions.
//
// Most ids are not v: each thread first looks through 32 of them and notes in the bits of one word which
// are, and then every thread, owning a column, visits only those.

@group(0) @binding(0) var<storage, read> ids: array<i32, N>; // [N]
@group(0) @binding(1) var<storage, read> dout: array<f32, N * C>; // [N, C]
@group(0) @binding(2) var<storage, read_write> dtable: array<f32, V * C>; // [V, C]

var<workgroup> hits: array<u32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  const COLUMN_GROUPS = (C + THREADS - 1u) / THREADS;
  let place = group.x + group.y * MAX_WORKGROUPS;
  let v = place / COLUMN_GROUPS;
  let c = (place % COLUMN_GROUPS) * THREADS + thread;
  if (v >= V) {
    return;
  }
  var sum = 0.0;
  for (var first = 0u; first < N; first += THREADS * 32u) {
    var found = 0u;
    let own = first + thread * 32u;
    for (var bit = 0u; bit < 32u && own + bit < N; bit++) {
      found |= select(0u, 1u << bit, u32(ids[own + bit]) == v);
    }
    hits[thread] = found;
    workgroupBarrier();
    for (var word = 0u; word < THREADS; word++) {
      var left = hits[word];
      while (left != 0u && c < C) {
        let n = first + word * 32u + firstTrailingBit(left);
        sum += dout[n * C + c];
        left &= left - 1u;
      }
    }
    workgroupBarrier();
  }
  if (c < C) {
    dtable[v * C + c] = sum;
  }
}
