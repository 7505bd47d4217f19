// attention-grad-kv.registers.wgsl where four neighbouring threads hand each other numbers
// (attention.sixteen.wgsl): a thread keeps its four keys and values and their gradients in variables. What
// stands between "each" and "end" is there once for each d.

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
  let j = place.t + vec4u(0u, 1u, 2u, 3u);
  // Keys past the last one repeat it, are seen by nobody, and are not written.
  let at_k = at_head(b, 0u, G, place.h) + positions(place.t) * (G * D);
  /*each d*/
  let k{d} = vec4f(k[at_k.x + {d}u], k[at_k.y + {d}u], k[at_k.z + {d}u], k[at_k.w + {d}u]);
  let v{d} = vec4f(v[at_k.x + {d}u], v[at_k.y + {d}u], v[at_k.z + {d}u], v[at_k.w + {d}u]);
  var dk{d} = vec4f();
  var dv{d} = vec4f();
  /*end*/

  let seen = queries_seeing(place.first, 16u);
  for (var h = place.h * H / G; h < (place.h + 1u) * H / G; h++) {
    for (var i = seen.x; i <= seen.y; i += 8u) {
      // The row of the query that a thread loads for all four, of those from i and from i + 4 on.
      let top = (b * T + min(i + thread % 4u, T - 1u)) * H + h;
      let low = (b * T + min(i + 4u + thread % 4u, T - 1u)) * H + h;
      let at_top = top * D;
      let at_low = low * D;
      var s_top = mat4x4f(); // q . k, a column for each query
      var s_low = mat4x4f();
      var dp_top = mat4x4f(); // dout . v
      var dp_low = mat4x4f();
      /*each d*/
      let q_top{d} = q[at_top + {d}u];
      let q_low{d} = q[at_low + {d}u];
      let do_top{d} = dout[at_top + {d}u];
      let do_low{d} = dout[at_low + {d}u];
      s_top = with_products(s_top, q_top{d}, k{d});
      s_low = with_products(s_low, q_low{d}, k{d});
      dp_top = with_products(dp_top, do_top{d}, v{d});
      dp_low = with_products(dp_low, do_low{d}, v{d});
      /*end*/
      let p_top = weights_by_query(s_top, lse[top], i, h, j, thread);
      let p_low = weights_by_query(s_low, lse[low], i + 4u, h, j, thread);
      s_top = gradients_by_query(s_top, p_top, dp_top, delta[top]);
      s_low = gradients_by_query(s_low, p_low, dp_low, delta[low]);
      /*each d*/
      dk{d} = with_weighted(with_weighted(dk{d}, q_top{d}, s_top), q_low{d}, s_low);
      dv{d} = with_weighted(with_weighted(dv{d}, do_top{d}, p_top), do_low{d}, p_low);
      /*end*/
    }
  }
  if (j.x < T) {
    /*each d*/
    dk[at_k.x + {d}u] = dk{d}.x;
    dv[at_k.x + {d}u] = dv{d}.x;
    /*end*/
  }
  if (j.y < T) {
    /*each d*/
    dk[at_k.y + {d}u] = dk{d}.y;
    dv[at_k.y + {d}u] = dv{d}.y;
    /*end*/
  }
  if (j.z < T) {
    /*each d*/
    dk[at_k.z + {d}u] = dk{d}.z;
    dv[at_k.z + {d}u] = dv{d}.z;
    /*end*/
  }
  if (j.w < T) {
    /*each d*/
    dk[at_k.w + {d}u] = dk{d}.w;
    dv[at_k.w + {d}u] = dv{d}.w;
    /*end*/
  }
}

/// The weights of four queries from i on for four keys, column n for that of neighbour n; `lse_own` is what each
/// neighbour has of its own query. Queries past the last one would count twice: they weigh nothing.
fn weights_by_query(products: mat4x4f, lse_own: f32, i: u32, h: u32, j: vec4u, thread: u32) -> mat4x4f {
  return mat4x4f(
    weights_of_query(products[0], lse_own, i + neighbour(thread, 0u), h, j),
    weights_of_query(products[1], quadSwapX(lse_own), i + neighbour(thread, 1u), h, j),
    weights_of_query(products[2], quadSwapY(lse_own), i + neighbour(thread, 2u), h, j),
    weights_of_query(products[3], quadSwapDiagonal(lse_own), i + neighbour(thread, 3u), h, j),
  );
}

fn weights_of_query(products: vec4f, lse_i: f32, i: u32, h: u32, j: vec4u) -> vec4f {
  let p = exp(scores_of(products, vec4u(i), h, j) - lse_i);
  return select(vec4f(), p, i < T);
}

/// d(q . k) = p * (dp - delta) * growth, where a column is of one query.
fn gradients_by_query(products: mat4x4f, p: mat4x4f, dp: mat4x4f, delta_own: f32) -> mat4x4f {
  return mat4x4f(
    p[0] * (dp[0] - delta_own) * growth_of(products[0]),
    p[1] * (dp[1] - quadSwapX(delta_own)) * growth_of(products[1]),
    p[2] * (dp[2] - quadSwapY(delta_own)) * growth_of(products[2]),
    p[3] * (dp[3] - quadSwapDiagonal(delta_own)) * growth_of(products[3]),
  );
}
