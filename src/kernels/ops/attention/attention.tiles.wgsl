// How the kernels of attention that share workgroup memory are laid out: a workgroup of 8 x 8 threads has a
// tile of 32 queries (or keys) and visits the others 32 at a time. Its products are 32 x 32, of which a
// thread keeps 4 x 4 in registers, and are summed over D in slices.

const TILE = 32u;
const THREADS = 64u;
const TILES = (T + TILE - 1u) / TILE;
/// Numbers of each head in one slice of a product over D.
const SLICE = min(16u, D);
/// Results over D come 32 at a time, four to a thread.
const CHUNKS = (D + 31u) / 32u;
/// Fours in a row of a tile, and one more so that threads that write a column do not all meet in one bank.
const PITCH = TILE / 4u + 1u;

struct TilePlace {
  b: u32,
  h: u32,
  /// The first of the tile's positions.
  t: u32,
  /// Past the last workgroup that has something to do.
  beyond: bool,
}

/// The tiles that see most keys begin first, so that the last to finish are short.
fn tile_place_of(group: vec3u, heads: u32, last_first: bool) -> TilePlace {
  var rest = group.x + group.y * MAX_WORKGROUPS;
  var place: TilePlace;
  place.h = rest % heads;
  rest /= heads;
  place.b = rest % B;
  rest /= B;
  place.beyond = rest >= TILES;
  place.t = TILE * select(rest, TILES - 1u - rest, last_first);
  return place;
}

/// The matrix with each column times its own number.
fn scale_columns(m: mat4x4f, by: vec4f) -> mat4x4f {
  return mat4x4f(m[0] * by.x, m[1] * by.y, m[2] * by.z, m[3] * by.w);
}

/// Where four neighbouring numbers of a head lie; those past its last one repeat it, and are not used.
fn four_along(at: u32, d: u32) -> vec4u {
  return at + min(d + vec4u(0u, 1u, 2u, 3u), vec4u(D - 1u));
}
