// How the kernels of attention are laid out where four neighbouring threads run in step, in one vector of a
// CPU, and can hand each other numbers: the four have sixteen neighbouring queries, or keys, of one head, each
// four of them, and visit the same keys, or queries, eight at a time. What they visit each loads a quarter of.

/// The four positions, of one head of one sequence, that a thread works on.
struct Sixteen {
  b: u32,
  h: u32,
  /// The first of the sixteen, and the first of the thread's own four: that one may be past the end.
  first: u32,
  t: u32,
  /// Past the last four threads that have something to do.
  beyond: bool,
}

/// Neighbouring fours of threads take the heads, so that they have as many keys to visit.
fn place_of(group: vec3u, thread: u32, heads: u32) -> Sixteen {
  var rest = ((group.x + group.y * MAX_WORKGROUPS) * THREADS + thread) / 4u;
  var sixteen: Sixteen;
  sixteen.h = rest % heads;
  rest /= heads;
  sixteen.b = rest % B;
  sixteen.first = (rest / B) * 16u;
  sixteen.t = sixteen.first + 4u * (thread % 4u);
  sixteen.beyond = sixteen.first >= T;
  return sixteen;
}

/// The neighbour that a thread calls its n-th: number 0 is itself. To exchange numbers with that one is a single
/// instruction, where to hear the same one of four is many.
fn neighbour(thread: u32, n: u32) -> u32 {
  return (thread % 4u) ^ n;
}

/// Column n of the sums grows by the number of neighbour n times `four`.
fn with_products(sums: mat4x4f, number: f32, four: vec4f) -> mat4x4f {
  return mat4x4f(
    fma(vec4f(number), four, sums[0]),
    fma(vec4f(quadSwapX(number)), four, sums[1]),
    fma(vec4f(quadSwapY(number)), four, sums[2]),
    fma(vec4f(quadSwapDiagonal(number)), four, sums[3]),
  );
}

/// The sums, and the numbers of the four neighbours, each times its column of the weights.
fn with_weighted(sums: vec4f, number: f32, weights: mat4x4f) -> vec4f {
  var more = fma(vec4f(number), weights[0], sums);
  more = fma(vec4f(quadSwapX(number)), weights[1], more);
  more = fma(vec4f(quadSwapY(number)), weights[2], more);
  return fma(vec4f(quadSwapDiagonal(number)), weights[3], more);
}

/// The scores of four queries for the four keys from j on: column n for that of neighbour n.
fn scores_by_key(products: mat4x4f, i: vec4u, h: u32, j: u32, thread: u32) -> mat4x4f {
  return mat4x4f(
    scores_of(products[0], i, h, vec4u(j + neighbour(thread, 0u))),
    scores_of(products[1], i, h, vec4u(j + neighbour(thread, 1u))),
    scores_of(products[2], i, h, vec4u(j + neighbour(thread, 2u))),
    scores_of(products[3], i, h, vec4u(j + neighbour(thread, 3u))),
  );
}
