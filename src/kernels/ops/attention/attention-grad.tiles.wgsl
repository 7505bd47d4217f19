// What both tiled kernels of attention's gradients share: the six inputs, and a pair of tiles of q . k and
// dout . v.

@group(0) @binding(0) var<storage, read> q: array<f32, B * T * H * D>; // [B, T, H, D]
@group(0) @binding(1) var<storage, read> k: array<f32, B * T * G * D>; // [B, T, G, D]
@group(0) @binding(2) var<storage, read> v: array<f32, B * T * G * D>; // [B, T, G, D]
@group(0) @binding(3) var<storage, read> lse: array<f32, B * T * H>; // [B, T, H]
@group(0) @binding(4) var<storage, read> delta: array<f32, B * T * H>; // [B, T, H]
@group(0) @binding(5) var<storage, read> dout: array<f32, B * T * H * D>; // [B, T, H, D]

// [SLICE, TILE] each of q, k, dout and v; and later in their place [TILE, 32] of what is summed up.
var<workgroup> tile: array<vec4f, 4u * 16u * PITCH>;
/// What the rows of that are multiplied by: [TILE, TILE].
var<workgroup> weights: array<vec4f, TILE * PITCH>;

const KEYS = 16u * PITCH;
const DOUTS = 2u * 16u * PITCH;
const VALUES = 3u * 16u * PITCH;

/// A slice over D of the queries from i on and of the keys from j on.
fn load_slices(at_queries: u32, i: u32, at_keys: u32, j: u32, slice: u32, index: u32) {
  for (var n = index; n < SLICE * (TILE / 4u); n += THREADS) {
    let d = slice + n % SLICE;
    let four = n / SLICE;
    let at = (n % SLICE) * PITCH + four;
    if (d < D) {
      let a = at_queries + positions(i + 4u * four) * (H * D) + d;
      let c = at_keys + positions(j + 4u * four) * (G * D) + d;
      tile[at] = vec4f(q[a.x], q[a.y], q[a.z], q[a.w]);
      tile[KEYS + at] = vec4f(k[c.x], k[c.y], k[c.z], k[c.w]);
      tile[DOUTS + at] = vec4f(dout[a.x], dout[a.y], dout[a.z], dout[a.w]);
      tile[VALUES + at] = vec4f(v[c.x], v[c.y], v[c.z], v[c.w]);
    } else {
      tile[at] = vec4f();
      tile[KEYS + at] = vec4f();
      tile[DOUTS + at] = vec4f();
      tile[VALUES + at] = vec4f();
    }
  }
}
