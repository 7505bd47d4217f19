// Threefry-2x32 with 20 rounds, as in random/threefry.ts: the same bits from the same key and counter.

fn threefry2x32(key: vec2u, counter: vec2u) -> vec2u {
  let keys = array<u32, 3>(key.x, key.y, key.x ^ key.y ^ 0x1bd11bdau);
  let turns = array<vec4u, 2>(vec4u(13u, 15u, 26u, 6u), vec4u(17u, 29u, 16u, 24u));
  var x = counter + key;
  for (var group = 0u; group < 5u; group++) {
    let turn = turns[group % 2u];
    for (var step = 0u; step < 4u; step++) {
      x.x += x.y;
      x.y = (x.y << turn[step]) | (x.y >> (32u - turn[step]));
      x.y ^= x.x;
    }
    x += vec2u(keys[(group + 1u) % 3u], keys[(group + 2u) % 3u] + group + 1u);
  }
  return x;
}

// The i-th uniform number in [0, 1) of a stream; a pair of counters shares one evaluation.
fn uniform_at(seed: i32, stream: u32, i: u32) -> f32 {
  let pair = threefry2x32(vec2u(u32(seed), stream), vec2u(i / 2u, 0u));
  return f32(pair[i % 2u] >> 8u) * exp2(-24.0);
}
