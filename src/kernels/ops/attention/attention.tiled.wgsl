// out_i = sum over j of softmax(score_i)_j v_j, and lse_i = log of the softmax's denominator, a workgroup
// for a tile of queries, visiting the keys a tile at a time (FlashAttention-2, Dao 2023).
//
// The softmax is computed as the keys come (Milakov & Gimelshein 2018): `top` is the largest score so far,
// and what was summed up under a smaller one is scaled down.

@group(0) @binding(0) var<storage, read> q: array<f32, B * T * H * D>; // [B, T, H, D]
@group(0) @binding(1) var<storage, read> k: array<f32, B * T * G * D>; // [B, T, G, D]
@group(0) @binding(2) var<storage, read> v: array<f32, B * T * G * D>; // [B, T, G, D]
@group(0) @binding(3) var<storage, read_write> out: array<f32, B * T * H * D>; // [B, T, H, D]
@group(0) @binding(4) var<storage, read_write> lse: array<f32, B * T * H>; // [B, T, H]
@group(0) @binding(5) var<uniform> numbers: array<vec4f, 1>; // scale, softcap

// [SLICE, TILE] of q, then as much of k; and later in their place [TILE, 32] of v.
var<workgroup> tile: array<vec4f, TILE * PITCH>;
var<workgroup> weights: array<vec4f, TILE * PITCH>; // [TILE keys, TILE queries]
var<workgroup> lanes: array<vec4f, THREADS>;

const KEYS = 16u * PITCH;

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

  var top = vec4f(NONE_YET);
  var sum = vec4f(); // over the keys that this thread weighs
  var sums: array<mat4x4f, CHUNKS>; // of values: a column for each query
  let seen = keys_seen(place.t, TILE);
  for (var j_tile = seen.x; j_tile <= seen.y; j_tile += TILE) {
    var s = mat4x4f();
    for (var slice = 0u; slice < D; slice += SLICE) {
      workgroupBarrier();
      load_slices(at_queries, place.t, at_keys, j_tile, slice, index);
      workgroupBarrier();
      for (var d = 0u; d < SLICE; d++) {
        s += outer(tile[d * PITCH + thread.y], tile[KEYS + d * PITCH + thread.x]);
      }
    }
    s = scores_of_four(s, i, h, j_tile + 4u * thread.x);

    lanes[index] = largest_of_columns(s);
    workgroupBarrier();
    let before = top;
    for (var lane = 0u; lane < 8u; lane++) {
      top = max(top, lanes[thread.y * 8u + lane]);
    }
    let keep = exp(before - top);
    let p = exp_of_columns(s, top);
    sum = sum * keep + vec4f(1.0) * p;
    let by_key = transpose(p);
    for (var n = 0u; n < 4u; n++) {
      weights[(4u * thread.x + n) * PITCH + thread.y] = by_key[n];
    }
    for (var chunk = 0u; chunk < CHUNKS; chunk++) {
      workgroupBarrier();
      load_values(at_keys, j_tile, chunk * 32u, index);
      workgroupBarrier();
      var total = scale_columns(sums[chunk], keep);
      for (var key = 0u; key < TILE; key++) {
        total += outer(weights[key * PITCH + thread.y], tile[key * PITCH + thread.x]);
      }
      sums[chunk] = total;
    }
  }

  lanes[index] = sum;
  workgroupBarrier();
  var denominator = vec4f();
  for (var lane = 0u; lane < 8u; lane++) {
    denominator += lanes[thread.y * 8u + lane];
  }
  for (var n = 0u; n < 4u; n++) {
    let query = place.t + 4u * thread.y + n;
    if (query >= T) {
      break;
    }
    for (var chunk = 0u; chunk < CHUNKS; chunk++) {
      write(at_queries + query * (H * D), chunk * 32u + 4u * thread.x, sums[chunk][n] / denominator[n]);
    }
    if (thread.x == 0u) {
      lse[(b * T + query) * H + h] = top[n] + log(denominator[n]);
    }
  }
}

fn load_slices(at_queries: u32, i: u32, at_keys: u32, j: u32, slice: u32, index: u32) {
  for (var n = index; n < SLICE * (TILE / 4u); n += THREADS) {
    let d = slice + n % SLICE;
    let four = n / SLICE;
    var queries = vec4f();
    var keys = vec4f();
    if (d < D) {
      let a = at_queries + positions(i + 4u * four) * (H * D) + d;
      let c = at_keys + positions(j + 4u * four) * (G * D) + d;
      queries = vec4f(q[a.x], q[a.y], q[a.z], q[a.w]);
      keys = vec4f(k[c.x], k[c.y], k[c.z], k[c.w]);
    }
    tile[(n % SLICE) * PITCH + four] = queries;
    tile[KEYS + (n % SLICE) * PITCH + four] = keys;
  }
}

fn load_values(at_keys: u32, j: u32, d: u32, index: u32) {
  for (var n = index; n < TILE * 8u; n += THREADS) {
    let at = four_along(at_keys + min(j + n / 8u, T - 1u) * (G * D), d + 4u * (n % 8u));
    tile[(n / 8u) * PITCH + n % 8u] = vec4f(v[at.x], v[at.y], v[at.z], v[at.w]);
  }
}

fn write(at: u32, d: u32, values: vec4f) {
  if (d < D) { out[at + d] = values.x; }
  if (d + 1u < D) { out[at + d + 1u] = values.y; }
  if (d + 2u < D) { out[at + d + 2u] = values.z; }
  if (d + 3u < D) { out[at + d + 3u] = values.w; }
}
