// dk_j = sum over i of d(q_i . k_j) q_i and dv_j = sum over i of p_ij dout_i, over the queries i of every
// head that reads this one, each thread for four neighbouring keys, eight queries at a time, with nothing
// shared: for an adapter that is really the CPU. The weights are computed again from lse.

@group(0) @binding(0) var<storage, read> q: array<f32, B * T * H * D>; // [B, T, H, D]
@group(0) @binding(1) var<storage, read> k: array<f32, B * T * G * D>; // [B, T, G, D]
@group(0) @binding(2) var<storage, read> v: array<f32, B * T * G * D>; // [B, T, G, D]
@group(0) @binding(3) var<storage, read> lse: array<f32, B * T * H>; // [B, T, H]
@group(0) @binding(4) var<storage, read> delta: array<f32, B * T * H>; // [B, T, H]
@group(0) @binding(5) var<storage, read> dout: array<f32, B * T * H * D>; // [B, T, H, D]
@group(0) @binding(6) var<storage, read_write> dk: array<f32, B * T * G * D>; // [B, T, G, D]
@group(0) @binding(7) var<storage, read_write> dv: array<f32, B * T * G * D>; // [B, T, G, D]
@group(0) @binding(8) var<uniform> numbers: array<vec4f, 1>; // scale, softcap

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let place = place_of(group, thread, G);
  if (place.beyond) {
    return;
  }
  let b = place.b;
  let j = place.t;
  // Keys past the last one repeat it. `sees` tells them apart, so what they add to it is nothing.
  let at_k = at_head(b, 0u, G, place.h) + positions(j) * (G * D);
  for (var d = 0u; d < D; d++) {
    for (var n = 0u; n < min(4u, T - j); n++) {
      dk[at_k.x + n * (G * D) + d] = 0.0;
      dv[at_k.x + n * (G * D) + d] = 0.0;
    }
  }
  let seen = queries_seeing(j, 4u);
  for (var h = place.h * H / G; h < (place.h + 1u) * H / G; h++) {
    for (var i = seen.x; i <= seen.y; i += 8u) {
      let top = rows_of(b, i, h);
      let low = rows_of(b, i + 4u, h);
      var s_top = mat4x4f(); // q . k
      var s_low = mat4x4f();
      var dp_top = mat4x4f(); // dout . v
      var dp_low = mat4x4f();
      for (var d = 0u; d < D; d++) {
        let c = at_k + d;
        let keys = vec4f(k[c.x], k[c.y], k[c.z], k[c.w]);
        s_top += outer(four_queries(top * D + d), keys);
        s_low += outer(four_queries(low * D + d), keys);
        let values = vec4f(v[c.x], v[c.y], v[c.z], v[c.w]);
        dp_top += outer(four_douts(top * D + d), values);
        dp_low += outer(four_douts(low * D + d), values);
      }
      let p_top = weights_of_four(s_top, b, i, h, j);
      let p_low = weights_of_four(s_low, b, i + 4u, h, j);
      let ds_top = gradients_of_four(s_top, p_top, dp_top, four_deltas(top));
      let ds_low = gradients_of_four(s_low, p_low, dp_low, four_deltas(low));
      for (var d = 0u; d < D; d++) {
        let k_sums = ds_top * four_queries(top * D + d) + ds_low * four_queries(low * D + d);
        let v_sums = p_top * four_douts(top * D + d) + p_low * four_douts(low * D + d);
        let c = at_k + d;
        dk[c.x] += k_sums.x;
        dk[c.y] += k_sums.y;
        dk[c.z] += k_sums.z;
        dk[c.w] += k_sums.w;
        dv[c.x] += v_sums.x;
        dv[c.y] += v_sums.y;
        dv[c.z] += v_sums.z;
        dv[c.w] += v_sums.w;
      }
    }
  }
}

/// Where four queries from i on lie among all of every head; those past the last one repeat it.
fn rows_of(b: u32, i: u32, h: u32) -> vec4u {
  return (b * T + positions(i)) * H + h;
}

/// The weights p of four queries from i on; zeros for those past the last one, which must not count twice.
fn weights_of_four(products: mat4x4f, b: u32, i: u32, h: u32, j: u32) -> mat4x4f {
  let at = rows_of(b, i, h);
  let scores = scores_of_four(products, positions(i), h, j);
  let p = exp_of_columns(scores, vec4f(lse[at.x], lse[at.y], lse[at.z], lse[at.w]));
  let zero = vec4f();
  return mat4x4f(
    select(zero, p[0], i < T),
    select(zero, p[1], i + 1u < T),
    select(zero, p[2], i + 2u < T),
    select(zero, p[3], i + 3u < T),
  );
}

fn four_queries(at: vec4u) -> vec4f {
  return vec4f(q[at.x], q[at.y], q[at.z], q[at.w]);
}

fn four_douts(at: vec4u) -> vec4f {
  return vec4f(dout[at.x], dout[at.y], dout[at.z], dout[at.w]);
}

fn four_deltas(at: vec4u) -> vec4f {
  return vec4f(delta[at.x], delta[at.y], delta[at.z], delta[at.w]);
}
