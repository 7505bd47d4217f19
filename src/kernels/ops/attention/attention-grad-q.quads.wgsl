// attention-grad-q.registers.wgsl where four neighbouring threads hand each other numbers
// (attention.sixteen.wgsl): a thread keeps its four queries, their gradients and those of the result in
// variables. What stands between "each" and "end" is there once for each d.

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
  let h = place.h;
  // Queries past the last one repeat it: they compute and write what it does.
  let i = positions(place.t);
  let at_row = (place.b * T + i) * H + h;
  let at_q = at_row * D;
  let at_keys = at_head(place.b, 0u, G, key_head(h));
  let lse_i = vec4f(lse[at_row.x], lse[at_row.y], lse[at_row.z], lse[at_row.w]);
  let delta_i = vec4f(delta[at_row.x], delta[at_row.y], delta[at_row.z], delta[at_row.w]);
  /*each d*/
  let q{d} = vec4f(q[at_q.x + {d}u], q[at_q.y + {d}u], q[at_q.z + {d}u], q[at_q.w + {d}u]);
  let do{d} = vec4f(dout[at_q.x + {d}u], dout[at_q.y + {d}u], dout[at_q.z + {d}u], dout[at_q.w + {d}u]);
  var dq{d} = vec4f();
  /*end*/

  let seen = keys_seen(place.first, 16u);
  for (var j = seen.x; j <= seen.y; j += 8u) {
    let near = at_keys + min(j + thread % 4u, T - 1u) * (G * D);
    let far = at_keys + min(j + 4u + thread % 4u, T - 1u) * (G * D);
    var left = mat4x4f(); // q . k
    var right = mat4x4f();
    var dp_left = mat4x4f(); // dout . v
    var dp_right = mat4x4f();
    /*each d*/
    let near{d} = k[near + {d}u];
    let far{d} = k[far + {d}u];
    left = with_products(left, near{d}, q{d});
    right = with_products(right, far{d}, q{d});
    dp_left = with_products(dp_left, v[near + {d}u], do{d});
    dp_right = with_products(dp_right, v[far + {d}u], do{d});
    /*end*/
    let p_left = weights_by_key(scores_by_key(left, i, h, j, thread), lse_i);
    let p_right = weights_by_key(scores_by_key(right, i, h, j + 4u, thread), lse_i);
    left = gradients_by_key(left, p_left, dp_left, delta_i);
    right = gradients_by_key(right, p_right, dp_right, delta_i);
    /*each d*/
    dq{d} = with_weighted(with_weighted(dq{d}, near{d}, left), far{d}, right);
    /*end*/
  }
  /*each d*/
  dq[at_q.x + {d}u] = dq{d}.x;
  dq[at_q.y + {d}u] = dq{d}.y;
  dq[at_q.z + {d}u] = dq{d}.z;
  dq[at_q.w + {d}u] = dq{d}.w;
  /*end*/
}

fn weights_by_key(scores: mat4x4f, lse_i: vec4f) -> mat4x4f {
  return mat4x4f(
    exp(scores[0] - lse_i),
    exp(scores[1] - lse_i),
    exp(scores[2] - lse_i),
    exp(scores[3] - lse_i),
  );
}

/// d(q . k) = p * (dp - delta) * growth, where a column is of one key, and delta of four queries.
fn gradients_by_key(products: mat4x4f, p: mat4x4f, dp: mat4x4f, delta_i: vec4f) -> mat4x4f {
  return mat4x4f(
    p[0] * (dp[0] - delta_i) * growth_of(products[0]),
    p[1] * (dp[1] - delta_i) * growth_of(products[1]),
    p[2] * (dp[2] - delta_i) * growth_of(products[2]),
    p[3] * (dp[3] - delta_i) * growth_of(products[3]),
  );
}
