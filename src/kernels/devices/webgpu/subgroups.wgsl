enable subgroups;

// Each thread writes its place in its subgroup, and the subgroup's size.

override threads: u32;

@group(0) @binding(0) var<storage, read_write> places: array<vec2u>;

@compute @workgroup_size(threads)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_invocation_id) place: u32,
  @builtin(subgroup_size) size: u32,
) {
  places[group.x * threads + thread] = vec2u(place, size);
}
