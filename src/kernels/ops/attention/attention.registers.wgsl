// out_i = sum over j of softmax(score_i)_j v_j, and lse_i = log of the softmax's denominator, each thread
// for four neighbouring queries, eight keys at a time, with nothing shared: for an adapter that is really
// the CPU. The scores of a block live in registers.
//
// The softmax is computed as the keys come (Milakov & Gimelshein 2018): `top` is the largest score so far,
// and what was summed up under a smaller one is scaled down. The sums of values stay in `out`.

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
  let b = place.b;
  let h = place.h;
  // Queries past the last one repeat it: they compute and write what it does.
  let i = positions(place.t);
  let at_q = at_head(b, 0u, H, h) + i * (H * D);
  let at_keys = at_head(b, 0u, G, key_head(h));

  var top = vec4f(NONE_YET);
  var sum = vec4f();
  let seen = keys_seen(place.t, 4u);
  for (var j = seen.x; j <= seen.y; j += 8u) {
    let at_left = at_keys + positions(j) * (G * D);
    let at_right = at_keys + positions(j + 4u) * (G * D);
    var left = mat4x4f();
    var right = mat4x4f();
    for (var d = 0u; d < D; d++) {
      let four = vec4f(q[at_q.x + d], q[at_q.y + d], q[at_q.z + d], q[at_q.w + d]);
      left += outer(four, four_keys(at_left + d));
      right += outer(four, four_keys(at_right + d));
    }
    left = scores_of_four(left, i, h, j);
    right = scores_of_four(right, i, h, j + 4u);

    let before = top;
    top = max(top, max(largest_of_columns(left), largest_of_columns(right)));
    left = exp_of_columns(left, top);
    right = exp_of_columns(right, top);
    let keep = exp(before - top);
    sum = sum * keep + vec4f(1.0) * (left + right);
    for (var d = 0u; d < D; d++) {
      var values = four_values(at_left + d) * left + four_values(at_right + d) * right;
      if (j > seen.x) {
        values += keep * vec4f(out[at_q.x + d], out[at_q.y + d], out[at_q.z + d], out[at_q.w + d]);
      }
      write(at_q + d, values);
    }
  }

  for (var d = 0u; d < D; d++) {
    let values = vec4f(out[at_q.x + d], out[at_q.y + d], out[at_q.z + d], out[at_q.w + d]);
    write(at_q + d, values / sum);
  }
  let at_lse = (b * T + i) * H + h;
  let log_sum = top + log(sum);
  lse[at_lse.x] = log_sum.x;
  lse[at_lse.y] = log_sum.y;
  lse[at_lse.z] = log_sum.z;
  lse[at_lse.w] = log_sum.w;
}

fn four_keys(at: vec4u) -> vec4f {
  return vec4f(k[at.x], k[at.y], k[at.z], k[at.w]);
}

fn four_values(at: vec4u) -> vec4f {
  return vec4f(v[at.x], v[at.y], v[at.z], v[at.w]);
}

fn write(at: vec4u, values: vec4f) {
  out[at.x] = values.x;
  out[at.y] = values.y;
  out[at.z] = values.z;
  out[at.w] = values.w;
}
