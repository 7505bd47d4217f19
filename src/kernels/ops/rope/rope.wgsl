// Turns each pair (d, d + D/2) of position t by a part of a circle that grows evenly with t.
//
// A thousand positions on, the angle is many turns, and only what is left over after the whole ones
// matters: so pace counts in turns, in two parts. t * pace.coarse is exact, for the coarse part has few
// digits, and pace.fine is the small rest. WGSL promises little of its own sin and cos, hence the series.

@group(0) @binding(0) var<storage, read> x: array<f32, PAIRS * 2u>; // [B, T, H, D]
@group(0) @binding(1) var<storage, read_write> y: array<f32, PAIRS * 2u>; // [B, T, H, D]
@group(0) @binding(2) var<uniform> numbers: array<vec4f, (HALF + 1u) / 2u>; // (coarse, fine) for each d

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let at = (group.x + group.y * MAX_WORKGROUPS) * THREADS + thread;
  if (at >= PAIRS) {
    return;
  }
  let d = at % HALF;
  let head = at / HALF;
  let t = f32((head / H) % T);
  let paces = numbers[d / 2u];
  let pace = select(paces.xy, paces.zw, d % 2u == 1u);
  let turn = circle(fract(t * pace.x) + t * pace.y);

  let low = head * 2u * HALF + d;
  let high = low + HALF;
  let pair = vec2f(x[low], x[high]);
  y[low] = pair.x * turn.x - pair.y * turn.y;
  y[high] = pair.x * turn.y + pair.y * turn.x;
}

/// Cosine and sine of an angle given in turns, each to within 1e-7.
fn circle(turns: f32) -> vec2f {
  let quarters = round(turns * 4.0);
  let a = (turns - quarters * 0.25) * 6.283185307179586; // within an eighth of a turn
  let s = a * a;
  let cosine = 1.0 + s * (-0.5 + s * (1.0 / 24.0 + s * (-1.0 / 720.0 + s * (1.0 / 40320.0))));
  let sine = a * (1.0 + s * (-1.0 / 6.0 + s * (1.0 / 120.0 + s * (-1.0 / 5040.0 + s / 362880.0))));
  switch (i32(quarters) & 3) {
    case 0: { return vec2f(cosine, sine); }
    case 1: { return vec2f(-sine, cosine); }
    case 2: { return vec2f(-cosine, -sine); }
    default: { return vec2f(sine, -cosine); }
  }
}
