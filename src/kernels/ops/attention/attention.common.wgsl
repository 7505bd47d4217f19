// What every kernel of attention shares: which keys a query sees, and how it scores them.
// numbers[0] is (scale, softcap). Query head h reads the head of keys and values h * G / H.
// Scores come four queries by four keys to a matrix: a column for each query, a row for each key.

/// Below every score: the exponential of a masked one is 0, even beside NONE_YET.
const MASKED = -3e38;
/// The largest score of a query that has seen no key yet.
const NONE_YET = -1e30;

/// Where head h of position t lies in a tensor [B, T, heads, D].
fn at_head(b: u32, t: u32, heads: u32, h: u32) -> u32 {
  return ((b * T + t) * heads + h) * D;
}

fn key_head(h: u32) -> u32 {
  return h * G / H;
}

/// The first and last key that queries i to i + count - 1 see, some of them.
fn keys_seen(i: u32, count: u32) -> vec2u {
  let last_query = min(i + count, T) - 1u;
  var first = 0u;
  var last = T - 1u;
  if (WINDOW > 0u) {
    first = i - min(i, WINDOW - 1u);
    last = min(last_query + (WINDOW - 1u), T - 1u);
  }
  if (CAUSAL) {
    last = last_query;
  }
  return vec2u(first, last);
}

/// The first and last query that see keys j to j + count - 1, some of them.
fn queries_seeing(j: u32, count: u32) -> vec2u {
  let last_key = min(j + count, T) - 1u;
  var first = 0u;
  var last = T - 1u;
  if (WINDOW > 0u) {
    first = j - min(j, WINDOW - 1u);
    last = min(last_key + (WINDOW - 1u), T - 1u);
  }
  if (CAUSAL) {
    first = j;
  }
  return vec2u(first, last);
}

/// Of four pairs of query and key, which see each other.
fn sees(i: vec4u, j: vec4u) -> vec4<bool> {
  let apart = max(i, j) - min(i, j);
  var seen = j < vec4u(T);
  if (CAUSAL) {
    seen = seen & (j <= i);
  }
  if (WINDOW > 0u) {
    seen = seen & (apart < vec4u(WINDOW));
  }
  return seen;
}

/// What ALiBi takes from a score of head h for each position of distance.
fn slope_of(h: u32) -> f32 {
  return exp2(-8.0 * f32(h + 1u) / f32(H));
}

/// s / softcap through tanh, kept where every implementation of tanh is finite.
fn bent(s: vec4f) -> vec4f {
  return tanh(clamp(s / numbers[0].y, vec4f(-15.0), vec4f(15.0)));
}

/// The scores of queries i of head h for keys j, four pairs, from their products q . k.
fn scores_of(products: vec4f, i: vec4u, h: u32, j: vec4u) -> vec4f {
  var s = products * numbers[0].x;
  if (SOFTCAP) {
    s = numbers[0].y * bent(s);
  }
  if (ALIBI) {
    s -= slope_of(h) * abs(vec4f(i) - vec4f(j));
  }
  return select(vec4f(MASKED), s, sees(i, j));
}

/// d(score) / d(q . k) of each.
fn growth_of(products: vec4f) -> vec4f {
  if (SOFTCAP) {
    let b = bent(products * numbers[0].x);
    return numbers[0].x * (1.0 - b * b);
  }
  return vec4f(numbers[0].x);
}

/// Column i of the result is a[i] * b.
fn outer(a: vec4f, b: vec4f) -> mat4x4f {
  return mat4x4f(a.x * b, a.y * b, a.z * b, a.w * b);
}

/// The four positions from t on, those past the last one repeating it.
fn positions(t: u32) -> vec4u {
  return min(t + vec4u(0u, 1u, 2u, 3u), vec4u(T - 1u));
}

/// The scores of queries i for four keys from j on.
fn scores_of_four(products: mat4x4f, i: vec4u, h: u32, j: u32) -> mat4x4f {
  let keys = j + vec4u(0u, 1u, 2u, 3u);
  return mat4x4f(
    scores_of(products[0], i.xxxx, h, keys),
    scores_of(products[1], i.yyyy, h, keys),
    scores_of(products[2], i.zzzz, h, keys),
    scores_of(products[3], i.wwww, h, keys),
  );
}

fn exp_of_columns(scores: mat4x4f, less: vec4f) -> mat4x4f {
  return mat4x4f(
    exp(scores[0] - less.x),
    exp(scores[1] - less.y),
    exp(scores[2] - less.z),
    exp(scores[3] - less.w),
  );
}

/// d(q . k) = p * (dp - delta) * growth, from the products q . k, the weights p and their gradients dp.
fn gradients_of_four(products: mat4x4f, p: mat4x4f, dp: mat4x4f, delta: vec4f) -> mat4x4f {
  return mat4x4f(
    p[0] * (dp[0] - delta.x) * growth_of(products[0]),
    p[1] * (dp[1] - delta.y) * growth_of(products[1]),
    p[2] * (dp[2] - delta.z) * growth_of(products[2]),
    p[3] * (dp[3] - delta.w) * growth_of(products[3]),
  );
}

fn largest_of_columns(m: mat4x4f) -> vec4f {
  let rows = transpose(m);
  return max(max(rows[0], rows[1]), max(rows[2], rows[3]));
}
