// dk_j = sum over i of d(q_i . k_j) q_i and dv_j = sum over i of p_ij dout_i, over the queries i of every
// head that reads this one, a workgroup for a tile of keys, visiting the queries a tile at a time. The
// weights are computed again from lse.

@group(0) @binding(6) var<storage, read_write> dk: array<f32, B * T * G * D>; // [B, T, G, D]
@group(0) @binding(7) var<storage, read_write> dv: array<f32, B * T * G * D>; // [B, T, G, D]
@group(0) @binding(8) var<uniform> numbers: array<vec4f, 1>; // scale, softcap

@compute @workgroup_size(8, 8)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) thread: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let place = tile_place_of(group, G, false);
  if (place.beyond) {
    return;
  }
  let b = place.b;
  let at_keys = at_head(b, 0u, G, place.h);
  let j = place.t + 4u * thread.y;

  var k_sums: array<mat4x4f, CHUNKS>; // a column for each key
  var v_sums: array<mat4x4f, CHUNKS>;
  let seen = queries_seeing(place.t, TILE);
  for (var h = place.h * H / G; h < (place.h + 1u) * H / G; h++) {
    let at_queries = at_head(b, 0u, H, h);
    for (var i_tile = seen.x; i_tile <= seen.y; i_tile += TILE) {
      var s = mat4x4f(); // q . k
      var dp = mat4x4f(); // dout . v
      for (var slice = 0u; slice < D; slice += SLICE) {
        workgroupBarrier();
        load_slices(at_queries, i_tile, at_keys, place.t, slice, index);
        workgroupBarrier();
        for (var d = 0u; d < SLICE; d++) {
          let at_i = d * PITCH + thread.x;
          let at_j = d * PITCH + thread.y;
          s += outer(tile[at_i], tile[KEYS + at_j]);
          dp += outer(tile[DOUTS + at_i], tile[VALUES + at_j]);
        }
      }
      let i = i_tile + 4u * thread.x;
      let row = (b * T + positions(i)) * H + h;
      let lse_i = vec4f(lse[row.x], lse[row.y], lse[row.z], lse[row.w]);
      let delta_i = vec4f(delta[row.x], delta[row.y], delta[row.z], delta[row.w]);
      // Queries past the last one repeat it, and must not count twice.
      let once = vec4f(i + vec4u(0u, 1u, 2u, 3u) < vec4u(T));
      let p = scale_columns(exp_of_columns(scores_of_four(s, positions(i), h, j), lse_i), once);
      let ds = gradients_of_four(s, p, dp, delta_i);

      for (var n = 0u; n < 4u; n++) {
        weights[(4u * thread.x + n) * PITCH + thread.y] = p[n];
      }
      for (var chunk = 0u; chunk < CHUNKS; chunk++) {
        workgroupBarrier();
        load_douts(at_queries, i_tile, chunk * 32u, index);
        workgroupBarrier();
        v_sums[chunk] = add_weighted(v_sums[chunk], thread);
      }
      workgroupBarrier();
      for (var n = 0u; n < 4u; n++) {
        weights[(4u * thread.x + n) * PITCH + thread.y] = ds[n];
      }
      for (var chunk = 0u; chunk < CHUNKS; chunk++) {
        workgroupBarrier();
        load_queries(at_queries, i_tile, chunk * 32u, index);
        workgroupBarrier();
        k_sums[chunk] = add_weighted(k_sums[chunk], thread);
      }
    }
  }

  for (var n = 0u; n < 4u && j + n < T; n++) {
    for (var chunk = 0u; chunk < CHUNKS; chunk++) {
      let at = at_keys + (j + n) * (G * D);
      write(at, chunk * 32u + 4u * thread.x, k_sums[chunk][n], v_sums[chunk][n]);
    }
  }
}

/// Adds what the tile's queries give to four keys and four of their numbers.
fn add_weighted(sums: mat4x4f, thread: vec3u) -> mat4x4f {
  var total = sums;
  for (var query = 0u; query < TILE; query++) {
    total += outer(weights[query * PITCH + thread.y], tile[query * PITCH + thread.x]);
  }
  return total;
}

fn load_queries(at_queries: u32, i: u32, d: u32, index: u32) {
  for (var n = index; n < TILE * 8u; n += THREADS) {
    let at = four_along(at_queries + min(i + n / 8u, T - 1u) * (H * D), d + 4u * (n % 8u));
    tile[(n / 8u) * PITCH + n % 8u] = vec4f(q[at.x], q[at.y], q[at.z], q[at.w]);
  }
}

fn load_douts(at_queries: u32, i: u32, d: u32, index: u32) {
  for (var n = index; n < TILE * 8u; n += THREADS) {
    let at = four_along(at_queries + min(i + n / 8u, T - 1u) * (H * D), d + 4u * (n % 8u));
    tile[(n / 8u) * PITCH + n % 8u] = vec4f(dout[at.x], dout[at.y], dout[at.z], dout[at.w]);
  }
}

fn write(at: u32, d: u32, k_values: vec4f, v_values: vec4f) {
  for (var n = 0u; n < 4u && d + n < D; n++) {
    dk[at + d + n] = k_values[n];
    dv[at + d + n] = v_values[n];
  }
}
