// dq_i = sum over j of d(q_i . k_j) k_j, a workgroup for a tile of queries, visiting the keys a tile at a
// time. The weights are computed again from lse.

@group(0) @binding(6) var<storage, read_write> dq: array<f32, B * T * H * D>; // [B, T, H, D]
@group(0) @binding(7) var<uniform> numbers: array<vec4f, 1>; // scale, softcap

@compute @workgroup_size(8, 8)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) thread: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let place = tile_place_of(group, H, CAUSAL);
  if (place.beyond) {
    return;
  }
  let b = place.b;
  let h = place.h;
  let at_queries = at_head(b, 0u, H, h);
  let at_keys = at_head(b, 0u, G, key_head(h));
  // A thread's own four queries; those past the last one repeat it, and are not written.
  let i = positions(place.t + 4u * thread.y);
  let row = (b * T + i) * H + h;
  let lse_i = vec4f(lse[row.x], lse[row.y], lse[row.z], lse[row.w]);
  let delta_i = vec4f(delta[row.x], delta[row.y], delta[row.z], delta[row.w]);

  var sums: array<mat4x4f, CHUNKS>; // a column for each query
  let seen = keys_seen(place.t, TILE);
  for (var j_tile = seen.x; j_tile <= seen.y; j_tile += TILE) {
    var s = mat4x4f(); // q . k
    var dp = mat4x4f(); // dout . v
    for (var slice = 0u; slice < D; slice += SLICE) {
      workgroupBarrier();
      load_slices(at_queries, place.t, at_keys, j_tile, slice, index);
      workgroupBarrier();
      for (var d = 0u; d < SLICE; d++) {
        let at_i = d * PITCH + thread.y;
        let at_j = d * PITCH + thread.x;
        s += outer(tile[at_i], tile[KEYS + at_j]);
        dp += outer(tile[DOUTS + at_i], tile[VALUES + at_j]);
      }
    }
    let p = exp_of_columns(scores_of_four(s, i, h, j_tile + 4u * thread.x), lse_i);
    let by_key = transpose(gradients_of_four(s, p, dp, delta_i));
    for (var n = 0u; n < 4u; n++) {
      weights[(4u * thread.x + n) * PITCH + thread.y] = by_key[n];
    }
    for (var chunk = 0u; chunk < CHUNKS; chunk++) {
      workgroupBarrier();
      load_keys(at_keys, j_tile, chunk * 32u, index);
      workgroupBarrier();
      var total = sums[chunk];
      for (var key = 0u; key < TILE; key++) {
        total += outer(weights[key * PITCH + thread.y], tile[key * PITCH + thread.x]);
      }
      sums[chunk] = total;
    }
  }

  for (var n = 0u; n < 4u; n++) {
    let query = place.t + 4u * thread.y + n;
    if (query >= T) {
      break;
    }
    for (var chunk = 0u; chunk < CHUNKS; chunk++) {
      write(at_queries + query * (H * D), chunk * 32u + 4u * thread.x, sums[chunk][n]);
    }
  }
}

fn load_keys(at_keys: u32, j: u32, d: u32, index: u32) {
  for (var n = index; n < TILE * 8u; n += THREADS) {
    let at = four_along(at_keys + min(j + n / 8u, T - 1u) * (G * D), d + 4u * (n % 8u));
    tile[(n / 8u) * PITCH + n % 8u] = vec4f(k[at.x], k[at.y], k[at.z], k[at.w]);
  }
}

fn write(at: u32, d: u32, values: vec4f) {
  if (d < D) { dq[at + d] = values.x; }
  if (d + 1u < D) { dq[at + d + 1u] = values.y; }
  if (d + 2u < D) { dq[at + d + 2u] = values.z; }
  if (d + 3u < D) { dq[at + d + 3u] = values.w; }
}
