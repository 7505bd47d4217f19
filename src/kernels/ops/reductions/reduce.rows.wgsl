// Sums, or takes the largest of, each row of x, LANES threads to a row: they read neighbouring elements.
// A long row is cut into PARTS that a second launch brings together.

@group(0) @binding(0) var<storage, read> x: array<f32, OUTER * LENGTH>; // [OUTER, LENGTH]
@group(0) @binding(1) var<storage, read_write> out: array<f32, OUTER * PARTS>; // [OUTER, PARTS]

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
  let at = row_of(group, thread);
  var value = 0.0;
  if (at < ROWS) {
    let row = (at / PARTS) * LENGTH;
    let first = (at % PARTS) * SPAN;
    let end = min(first + SPAN, LENGTH);
    value = begin(x_at(row + first));
    for (var i = first + thread % LANES; i < end; i += LANES) {
      value = combine(value, x_at(row + i));
    }
  }
  if (MAX) {
    value = max_over_row(value, thread);
  } else {
    value = sum_over_row(vec2f(value, 0.0), thread).x;
  }
  if (at < ROWS && thread % LANES == 0u) {
    finish(at, value);
  }
}
