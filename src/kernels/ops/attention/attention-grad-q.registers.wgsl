// dq_i = sum over j of d(q_i . k_j) k_j, each thread for four neighbouring queries, eight keys at a time,
// with nothing shared: for an adapter that is really the CPU. The weights are computed again from lse.

@group(0) @binding(0) var<storage, read> q: array<f32, B * T * H * D>; // [B, T, H, D]
@group(0) @binding(1) var<storage, read> k: array<f32, B * T * G * D>; // [B, T, G, D]
@group(0) @binding(2) var<storage, read> v: array<f32, B * T * G * D>; // [B, T, G, D]
@group(0) @binding(3) var<storage, read> lse: array<f32, B * T * H>; // [B, T, H]
@group(0) @binding(4) var<storage, read> delta: array<f32, B * T * H>; // [B, T, H]
@group(0) @binding(5) var<storage, read> dout: array<f32, B * T * H * D>; // [B, T, H, D]
@group(0) @binding(6) var<storage, read_write> dq: array<f32, B * T * H * D>; // [B, T, H, D]
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
  for (var j = seen.x; j <= seen.y; j += 8u) {
    let at_left = at_keys + positions(j) * (G * D);
    let at_right = at_keys + positions(j + 4u) * (G * D);
    var left = mat4x4f(); // q . k
    var right = mat4x4f();
    var dp_left = mat4x4f(); // dout . v
    var dp_right = mat4x4f();
    for (var d = 0u; d < D; d++) {
      let queries = vec4f(q[at_q.x + d], q[at_q.y + d], q[at_q.z + d], q[at_q.w + d]);
      left += outer(queries, four_keys(at_left + d));
      right += outer(queries, four_keys(at_right + d));
      let douts = vec4f(dout[at_q.x + d], dout[at_q.y + d], dout[at_q.z + d], dout[at_q.w + d]);
      dp_left += outer(douts, four_values(at_left + d));
      dp_right += outer(douts, four_values(at_right + d));
    }
    let p_left = exp_of_columns(scores_of_four(left, i, h, j), lse_i);
    let p_right = exp_of_columns(scores_of_four(right, i, h, j + 4u), lse_i);
    left = gradients_of_four(left, p_left, dp_left, delta_i);
    right = gradients_of_four(right, p_right, dp_right, delta_i);
    for (var d = 0u; d < D; d++) {
      var sums = four_keys(at_left + d) * left + four_keys(at_right + d) * right;
      if (j > seen.x) {
        sums += vec4f(dq[at_q.x + d], dq[at_q.y + d], dq[at_q.z + d], dq[at_q.w + d]);
      }
      dq[at_q.x + d] = sums.x;
      dq[at_q.y + d] = sums.y;
      dq[at_q.z + d] = sums.z;
      dq[at_q.w + d] = sums.w;
    }
  }
}

fn four_keys(at: vec4u) -> vec4f {
  return vec4f(k[at.x], k[at.y], k[at.z], k[at.w]);
}

fn four_values(at: vec4u) -> vec4f {
  return vec4f(v[at.x], v[at.y], v[at.z], v[at.w]);
}
