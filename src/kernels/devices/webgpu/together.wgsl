// The frame of every launch that does the work of several kernels side by side: workgroup `at` belongs to the
// one whose range it falls in. together.ts puts what is in the comments below in their place.
/*BINDINGS*/

/*BODIES*/

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let at = group.x + group.y * MAX_WORKGROUPS;
  /*CALLS*/
}
