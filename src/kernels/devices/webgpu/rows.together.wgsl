// Rows, LANES threads to each (a power of two), several rows to a workgroup of THREADS. Every thread of
// the workgroup must call these functions, those of rows past the last one too.

/// The lowest f32: where the search for a row's largest element begins.
const LOWEST = -0x1.fffffep127;

var<workgroup> lanes: array<vec2f, THREADS>;

/// The row that a thread works on: ROWS or more where there is none.
fn row_of(group: vec3u, thread: u32) -> u32 {
  return (group.x + group.y * MAX_WORKGROUPS) * (THREADS / LANES) + thread / LANES;
}

/// The sum of `value` over the threads of a row, as a tree; the same for each of them.
fn sum_over_row(value: vec2f, thread: u32) -> vec2f {
  lanes[thread] = value;
  for (var step = LANES / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (thread % LANES < step) {
      lanes[thread] += lanes[thread + step];
    }
  }
  workgroupBarrier();
  let sum = lanes[thread - thread % LANES];
  workgroupBarrier();
  return sum;
}

fn max_over_row(value: f32, thread: u32) -> f32 {
  lanes[thread].x = value;
  for (var step = LANES / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (thread % LANES < step) {
      lanes[thread].x = max(lanes[thread].x, lanes[thread + step].x);
    }
  }
  workgroupBarrier();
  let largest = lanes[thread - thread % LANES].x;
  workgroupBarrier();
  return largest;
}
