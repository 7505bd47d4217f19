// The rotation that kernels of rope share. A row is one head at one position.
//
// A thousand positions on, the angle is many turns, and only what is left over after the whole ones
// matters: so pace counts in turns, in two parts. t * pace.coarse is exact, for the coarse part has few
// digits, and pace.fine is the small rest. WGSL promises little of its own sin and cos, hence the series.

/// The pair (d, d + D/2) of a row, turned by the row's position. `numbers` hold (coarse, fine) for each d.
fn turned(pair: vec2f, row: u32, d: u32) -> vec2f {
  let t = f32((row / H) % T);
  let paces = numbers[PACES + d / 2u];
  let pace = select(paces.xy, paces.zw, d % 2u == 1u);
  let turn = circle(fract(t * pace.x) + t * pace.y);
  return vec2f(pair.x * turn.x - pair.y * turn.y, pair.x * turn.y + pair.y * turn.x);
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
