// What the kernels of attention share that give a thread four queries, or four keys, and nobody to share
// with. A matrix has a column for each query and a row for each of four keys.

/// The four positions, of one head of one sequence, that a thread works on.
struct Four {
  b: u32,
  t: u32,
  h: u32,
  /// Past the last thread that has something to do.
  beyond: bool,
}

/// Neighbouring threads take the heads, so that they have as many keys to visit.
fn place_of(group: vec3u, thread: u32, heads: u32) -> Four {
  var rest = (group.x + group.y * MAX_WORKGROUPS) * THREADS + thread;
  var four: Four;
  four.h = rest % heads;
  rest /= heads;
  four.b = rest % B;
  four.t = (rest / B) * 4u;
  four.beyond = four.t >= T;
  return four;
}

/// The four positions from t on, those past the last one repeating it.
fn positions(t: u32) -> vec4u {
  return min(t + vec4u(0u, 1u, 2u, 3u), vec4u(T - 1u));
}

fn scores_of_four(products: mat4x4f, i: vec4u, h: u32, j: u32) -> mat4x4f {
  return mat4x4f(
    scores_of(products[0], i.x, h, j),
    scores_of(products[1], i.y, h, j),
    scores_of(products[2], i.z, h, j),
    scores_of(products[3], i.w, h, j),
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
