// Sums, or takes the largest of, each column of x, a thread to a column: neighbouring threads read
// neighbouring columns. A long column is cut into PARTS that a second launch brings together.

@group(0) @binding(0) var<storage, read> x: array<f32, OUTER * LENGTH * INNER>; // [OUTER, LENGTH, INNER]
@group(0) @binding(1) var<storage, read_write> out: array<f32, OUTER * PARTS * INNER>; // [OUTER, PARTS, INNER]

/// An element of x, which a plan may compute instead (prologue.ts).
fn x_at(i: u32) -> f32 {
  return x[i];
}

/// What becomes of each element of the result. A plan may add to it (epilogue.ts).
fn finish(i: u32, value: f32) {
  out[i] = value;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let at = (group.x + group.y * MAX_WORKGROUPS) * THREADS + thread;
  if (at >= OUTER * PARTS * INNER) {
    return;
  }
  let inner = at % INNER;
  let part = (at / INNER) % PARTS;
  let outer = at / (INNER * PARTS);
  let first = part * SPAN;
  let end = min(first + SPAN, LENGTH);
  let column = outer * LENGTH * INNER + inner;
  // Two halves of the sum, so that neither addition waits for the other and each rounds less.
  var even = begin(x_at(column + first * INNER));
  var odd = even;
  var i = first;
  for (; i + 1u < end; i += 2u) {
    even = combine(even, x_at(column + i * INNER));
    odd = combine(odd, x_at(column + (i + 1u) * INNER));
  }
  if (i < end) {
    even = combine(even, x_at(column + i * INNER));
  }
  finish(at, combine(even, odd));
}
