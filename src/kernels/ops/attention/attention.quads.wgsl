// attention.registers.wgsl where four neighbouring threads hand each other numbers (attention.sixteen.wgsl): a
// thread keeps its four queries and their sums of values in variables, and loads of eight keys and values two
// numbers for each d. What stands between "each" and "end" is there once for each d.

@group(0) @binding(0) var<storage, read> q: array<f32, B * T * H * D>; // [B, T, H, D]
@group(0) @binding(1) var<storage, read> k: array<f32, B * T * G * D>; // [B, T, G, D]
@group(0) @binding(2) var<storage, read> v: array<f32, B * T * G * D>; // [B, T, G, D]
@group(0) @binding(3) var<storage, read_write> out: array<f32, B * T * H * D>; // [B, T, H, D]
@group(0) @binding(4) var<storage, read_write> lse: array<f32, B * T * H>; // [B, T, H]
@group(0) @binding(5) var<uniform> numbers: array<vec4f, 1>; // scale, softcap

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
  /*each d*/
  let q{d} = vec4f(q[at_q.x + {d}u], q[at_q.y + {d}u], q[at_q.z + {d}u], q[at_q.w + {d}u]);
  var out{d} = vec4f();
  /*end*/

  var top = vec4f(NONE_YET);
  var sum = vec4f();
  let seen = keys_seen(place.first, 16u);
  for (var j = seen.x; j <= seen.y; j += 8u) {
    let near = at_keys + min(j + thread % 4u, T - 1u) * (G * D);
    let far = at_keys + min(j + 4u + thread % 4u, T - 1u) * (G * D);
    var left = mat4x4f();
    var right = mat4x4f();
    /*each d*/
    left = with_products(left, k[near + {d}u], q{d});
    right = with_products(right, k[far + {d}u], q{d});
    /*end*/
    left = scores_by_key(left, i, h, j, thread);
    right = scores_by_key(right, i, h, j + 4u, thread);

    let before = top;
    top = max(top, max(largest_of_rows(left), largest_of_rows(right)));
    left = exp_of_rows(left, top);
    right = exp_of_rows(right, top);
    let keep = exp(before - top);
    sum = sum * keep + left * vec4f(1.0) + right * vec4f(1.0);
    /*each d*/
    out{d} = with_weighted(with_weighted(out{d} * keep, v[near + {d}u], left), v[far + {d}u], right);
    /*end*/
  }

  let once = 1.0 / sum;
  /*each d*/
  out{d} *= once;
  out[at_q.x + {d}u] = out{d}.x;
  out[at_q.y + {d}u] = out{d}.y;
  out[at_q.z + {d}u] = out{d}.z;
  out[at_q.w + {d}u] = out{d}.w;
  /*end*/
  let log_sum = top + log(sum);
  lse[at_row.x] = log_sum.x;
  lse[at_row.y] = log_sum.y;
  lse[at_row.z] = log_sum.z;
  lse[at_row.w] = log_sum.w;
}

fn largest_of_rows(m: mat4x4f) -> vec4f {
  return max(max(m[0], m[1]), max(m[2], m[3]));
}

fn exp_of_rows(scores: mat4x4f, less: vec4f) -> mat4x4f {
  return mat4x4f(
    exp(scores[0] - less),
    exp(scores[1] - less),
    exp(scores[2] - less),
    exp(scores[3] - less),
  );
}
