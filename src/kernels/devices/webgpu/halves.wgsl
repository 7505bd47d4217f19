// What workgroup memory of float16 makes of each number, four of which are a thread's.

@group(0) @binding(0) var<storage, read> x: array<f32, COUNT>;
@group(0) @binding(1) var<storage, read_write> y: array<f32, COUNT>;

var<workgroup> tile: array<vec4h, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let at = (group.x * 64u + thread) * 4u;
  tile[thread] = vec4h(vec4f(x[at], x[at + 1u], x[at + 2u], x[at + 3u]));
  workgroupBarrier();
  // Another thread's, so that they do pass through the memory.
  let held = vec4f(tile[63u - thread]);
  let to = (group.x * 64u + 63u - thread) * 4u;
  y[to] = held.x;
  y[to + 1u] = held.y;
  y[to + 2u] = held.z;
  y[to + 3u] = held.w;
}
