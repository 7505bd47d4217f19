// Rows, one thread to each: what rows.together.wgsl is to many, with nothing to bring together.

/// The lowest f32: where the search for a row's largest element begins.
const LOWEST = -0x1.fffffep127;

/// The row that a thread works on: ROWS or more where there is none.
fn row_of(group: vec3u, thread: u32) -> u32 {
  return (group.x + group.y * MAX_WORKGROUPS) * THREADS + thread;
}

fn sum_over_row(value: vec2f, thread: u32) -> vec2f {
  return value;
}

fn max_over_row(value: f32, thread: u32) -> f32 {
  return value;
}
