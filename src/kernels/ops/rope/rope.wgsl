// Turns each pair (d, d + D/2) of position t by a part of a circle that grows evenly with t.

@group(0) @binding(0) var<storage, read> x: array<f32, PAIRS * 2u>; // [B, T, H, D]
@group(0) @binding(1) var<storage, read_write> y: array<f32, PAIRS * 2u>; // [B, T, H, D]
@group(0) @binding(2) var<uniform> numbers: array<vec4f, (HALF + 1u) / 2u>; // see rope.common.wgsl

/// What becomes of each element of the result. A plan may add to it (epilogue.ts).
fn finish(i: u32, value: f32) {
  y[i] = value;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  // A thread's pairs lie THREADS apart, so that neighbours read neighbours.
  let first = (group.x + group.y * MAX_WORKGROUPS) * (THREADS * EACH) + thread;
  for (var n = 0u; n < EACH; n++) {
    let at = first + n * THREADS;
    if (at < PAIRS) {
      let d = at % HALF;
      let row = at / HALF;
      let low = row * 2u * HALF + d;
      let pair = turned(vec2f(x[low], x[low + HALF]), row, d);
      finish(low, pair.x);
      finish(low + HALF, pair.y);
    }
  }
}
