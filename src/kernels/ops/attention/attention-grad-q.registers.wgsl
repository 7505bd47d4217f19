// dq_i = sum over j of d(q_i . k_j) k_j, each thread for four neighbouring queries, four keys at a time,
// with nothing shared: for an adapter that is really the CPU. The weights are computed again from lse.

@group(0) @binding(0) var<storage, read> q: array<f32>; // [B, T, H, D]
@group(0) @binding(1) var<storage, read> k: array<f32>; // [B, T, G, D]
@group(0) @binding(2) var<storage, read> v: array<f32>; // [B, T, G, D]
@group(0) @binding(3) var<storage, read> lse: array<f32>; // [B, T, H]
@group(0) @binding(4) var<storage, read> delta: array<f32>; // [B, T, H]
@group(0) @binding(5) var<storage, read> dout: array<f32>; // [B, T, H, D]
@group(0) @binding(6) var<storage, read_write> dq: array<f32>; // [B, T, H, D]
@group(0) @binding(7) var<uniform> numbers: array<vec4f, 1>; // scale, softcap

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let place = place_of(group, thread, H);
  if (place.beyond) {
    return;
  }
  let b = place.b;
  let h = place.h;
  // Queries past the last one repeat it: they compute and write what it does.
  let i = positions(place.t);
  let at_row = (b * T + i) * H + h;
  let at_q = at_row * D;
  let at_keys = at_head(b, 0u, G, key_head(h));
  let lse_i = vec4f(lse[at_row.x], lse[at_row.y], lse[at_row.z], lse[at_row.w]);
  let delta_i = vec4f(delta[at_row.x], delta[at_row.y], delta[at_row.z], delta[at_row.w]);

  let seen = keys_seen(place.t, 4u);
  for (var j = seen.x; j <= seen.y; j += 4u) {
    let at_k = at_keys + positions(j) * (G * D);
    var products = mat4x4f();
    var dp = mat4x4f();
    for (var d = 0u; d < D; d++) {
      let a = at_q + d;
      let c = at_k + d;
      products += outer(vec4f(q[a.x], q[a.y], q[a.z], q[a.w]), four_keys(c));
      dp += outer(
        vec4f(dout[a.x], dout[a.y], dout[a.z], dout[a.w]),
        vec4f(v[c.x], v[c.y], v[c.z], v[c.w]),
      );
    }
    let p = exp_of_columns(scores_of_four(products, i, h, j), lse_i);
    let gradients = gradients_of_four(products, p, dp, delta_i);
    for (var d = 0u; d < D; d++) {
      let a = at_q + d;
      var sums = four_keys(at_k + d) * gradients;
      if (j > seen.x) {
        sums += vec4f(dq[a.x], dq[a.y], dq[a.z], dq[a.w]);
      }
      dq[a.x] = sums.x;
      dq[a.y] = sums.y;
      dq[a.z] = sums.z;
      dq[a.w] = sums.w;
    }
  }
}

fn four_keys(at: vec4u) -> vec4f {
  return vec4f(k[at.x], k[at.y], k[at.z], k[at.w]);
}
