// dk_j = sum over i of d(q_i . k_j) q_i and dv_j = sum over i of p_ij dout_i, over the queries i of every
// head that reads this one, each thread for four neighbouring keys, four queries at a time, with nothing
// shared: for an adapter that is really the CPU. The weights are computed again from lse.

@group(0) @binding(0) var<storage, read> q: array<f32>; // [B, T, H, D]
@group(0) @binding(1) var<storage, read> k: array<f32>; // [B, T, G, D]
@group(0) @binding(2) var<storage, read> v: array<f32>; // [B, T, G, D]
@group(0) @binding(3) var<storage, read> lse: array<f32>; // [B, T, H]
@group(0) @binding(4) var<storage, read> delta: array<f32>; // [B, T, H]
@group(0) @binding(5) var<storage, read> dout: array<f32>; // [B, T, H, D]
@group(0) @binding(6) var<storage, read_write> dk: array<f32>; // [B, T, G, D]
@group(0) @binding(7) var<storage, read_write> dv: array<f32>; // [B, T, G, D]
@group(0) @binding(8) var<uniform> numbers: array<vec4f, 1>; // scale, softcap

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let place = place_of(group, thread, G);
  if (place.beyond) {
    return;
  }
  let b = place.b;
  let j = place.t;
  // Keys past the last one repeat it and would get nothing: `sees` tells them apart. They are not written.
  let at_k = at_head(b, 0u, G, place.h) + positions(j) * (G * D);
  let seen = queries_seeing(j, 4u);
  var fresh = true;
  for (var h = place.h * H / G; h < (place.h + 1u) * H / G; h++) {
    for (var first = seen.x; first <= seen.y; first += 4u) {
      let i = positions(first);
      let at_row = (b * T + i) * H + h;
      let at_q = at_row * D;
      var products = mat4x4f();
      var dp = mat4x4f();
      for (var d = 0u; d < D; d++) {
        let c = at_k + d;
        products += outer(four_queries(at_q + d), vec4f(k[c.x], k[c.y], k[c.z], k[c.w]));
        dp += outer(four_douts(at_q + d), vec4f(v[c.x], v[c.y], v[c.z], v[c.w]));
      }
      let lse_i = vec4f(lse[at_row.x], lse[at_row.y], lse[at_row.z], lse[at_row.w]);
      let delta_i = vec4f(delta[at_row.x], delta[at_row.y], delta[at_row.z], delta[at_row.w]);
      let scores = scores_of_four(products, i, h, j);
      let p = only_queries(exp_of_columns(scores, lse_i), first);
      let gradients = only_queries(gradients_of_four(products, p, dp, delta_i), first);
      for (var d = 0u; d < D; d++) {
        add(at_k + d, j, gradients * four_queries(at_q + d), p * four_douts(at_q + d), fresh);
      }
      fresh = false;
    }
  }
}

/// Queries past the last one repeat it, and must not count twice.
fn only_queries(m: mat4x4f, first: u32) -> mat4x4f {
  let zero = vec4f();
  return mat4x4f(
    m[0],
    select(zero, m[1], first + 1u < T),
    select(zero, m[2], first + 2u < T),
    select(zero, m[3], first + 3u < T),
  );
}

fn add(at: vec4u, j: u32, k_sums: vec4f, v_sums: vec4f, fresh: bool) {
  for (var n = 0u; n < 4u && j + n < T; n++) {
    if (fresh) {
      dk[at[n]] = k_sums[n];
      dv[at[n]] = v_sums[n];
    } else {
      dk[at[n]] += k_sums[n];
      dv[at[n]] += v_sums[n];
    }
  }
}

fn four_queries(at: vec4u) -> vec4f {
  return vec4f(q[at.x], q[at.y], q[at.z], q[at.w]);
}

fn four_douts(at: vec4u) -> vec4f {
  return vec4f(dout[at.x], dout[at.y], dout[at.z], dout[at.w]);
}
