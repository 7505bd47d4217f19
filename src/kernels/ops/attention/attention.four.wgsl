// How the kernels of attention that share nothing are laid out: a thread has four queries, or four keys.

/// The four positions, of one head of one sequence, that a thread works on.
struct Four {
  b: u32,
  t: u32,
  h: u32,
  /// Past the last thread that has something to do.
  beyond: bool,
}

/// Neighbouring threads take the heads, so that they have as many keys to visit.
fn place_of(group: vec3u, thread: u32, heads: u32) -> Four {
  var rest = (group.x + group.y * MAX_WORKGROUPS) * THREADS + thread;
  var four: Four;
  four.h = rest % heads;
  rest /= heads;
  four.b = rest % B;
  four.t = (rest / B) * 4u;
  four.beyond = four.t >= T;
  return four;
}
