// The frame of every fused launch of elementwise and movement ops: one thread for each element. The fuser
// (fused.ts) puts what is in the comments below in their place.
/*HELPERS*/
/*BINDINGS*/

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (group.x + group.y * MAX_WORKGROUPS) * WORKGROUP + lane;
  if (i >= COUNT) {
    return;
  }
  /*BODY*/
}
