// As rows.together.wgsl, where SUBGROUP neighbouring threads (a power of two, from a multiple of it on) run in
// step: they add up their own numbers by themselves, and only sums meet in workgroup memory.

/// The lowest f32: where the search for a row's largest element begins.
const LOWEST = -0x1.fffffep127;

/// Threads of a row that run in step, and how many such there are to a row.
const NEAR = min(SUBGROUP, LANES);
const FAR = LANES / NEAR;

var<workgroup> lanes: array<vec2f, THREADS / NEAR>;

/// The row that a thread works on: ROWS or more where there is none.
fn row_of(group: vec3u, thread: u32) -> u32 {
  return (group.x + group.y * MAX_WORKGROUPS) * (THREADS / LANES) + thread / LANES;
}

/// The sum of `value` over the threads of a row, as a tree; the same for each of them.
fn sum_over_row(value: vec2f, thread: u32) -> vec2f {
  var sum = value;
  for (var step = NEAR / 2u; step > 0u; step /= 2u) {
    sum += subgroupShuffleXor(sum, step);
  }
  if (FAR == 1u) {
    return sum;
  }
  let own = thread / NEAR;
  if (thread % NEAR == 0u) {
    lanes[own] = sum;
  }
  for (var step = FAR / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (thread % NEAR == 0u && own % FAR < step) {
      lanes[own] += lanes[own + step];
    }
  }
  workgroupBarrier();
  sum = lanes[own - own % FAR];
  workgroupBarrier();
  return sum;
}

fn max_over_row(value: f32, thread: u32) -> f32 {
  var largest = value;
  for (var step = NEAR / 2u; step > 0u; step /= 2u) {
    largest = max(largest, subgroupShuffleXor(largest, step));
  }
  if (FAR == 1u) {
    return largest;
  }
  let own = thread / NEAR;
  if (thread % NEAR == 0u) {
    lanes[own].x = largest;
  }
  for (var step = FAR / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (thread % NEAR == 0u && own % FAR < step) {
      lanes[own].x = max(lanes[own].x, lanes[own + step].x);
    }
  }
  workgroupBarrier();
  largest = lanes[own - own % FAR].x;
  workgroupBarrier();
  return largest;
}
