// out = a b where four neighbouring threads run in step, in one vector of a CPU, and can hand each other
// numbers: each thread computes 16 x 8 elements, and loads for all four what only it loads. There, loading one
// number from memory costs as much as twelve multiplications: a thread of 8 x 8 elements of its own loads 16
// numbers for 64 of them, and this one 12 for 128.
//
// The four stand side by side along N (THREADS_N = 4). All of them go all the way, whether or not their columns
// are past the edge.

const TILE_M = THREADS_M * 16u;
const TILE_N = THREADS_N * 8u;

@compute @workgroup_size(THREADS_N, THREADS_M)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) thread: vec3u) {
  let place = place_of(group);
  let m = place.m + thread.y * 16u;
  // Its columns are every fourth one, so that neighbours load neighbours.
  let n = place.n + thread.x;
  if (place.beyond || m >= M) {
    return;
  }
  // Rows and columns past the edge repeat the last one, and are not written. A thread loads every fourth row.
  let fours = 4u * vec4u(0u, 1u, 2u, 3u);
  let a_rows = min(m + thread.x + fours, vec4u(M - 1u)) * A_M;
  let b_near = min(n + fours, vec4u(N - 1u)) * B_N;
  let b_far = min(n + 16u + fours, vec4u(N - 1u)) * B_N;
  var a_k = place.a + place.k_first * A_K;
  var b_k = place.b + place.k_first * B_K;

  // Variables, and no array of them: those would be looked up, an element at a time.
  var near0 = vec4f();
  var far0 = vec4f();
  var near1 = vec4f();
  var far1 = vec4f();
  var near2 = vec4f();
  var far2 = vec4f();
  var near3 = vec4f();
  var far3 = vec4f();
  var near4 = vec4f();
  var far4 = vec4f();
  var near5 = vec4f();
  var far5 = vec4f();
  var near6 = vec4f();
  var far6 = vec4f();
  var near7 = vec4f();
  var far7 = vec4f();
  var near8 = vec4f();
  var far8 = vec4f();
  var near9 = vec4f();
  var far9 = vec4f();
  var near10 = vec4f();
  var far10 = vec4f();
  var near11 = vec4f();
  var far11 = vec4f();
  var near12 = vec4f();
  var far12 = vec4f();
  var near13 = vec4f();
  var far13 = vec4f();
  var near14 = vec4f();
  var far14 = vec4f();
  var near15 = vec4f();
  var far15 = vec4f();
  for (var k = place.k_first; k < place.k_end; k++) {
    let ia = a_rows + a_k;
    let inear = b_near + b_k;
    let ifar = b_far + b_k;
    let own = vec4f(a[ia.x], a[ia.y], a[ia.z], a[ia.w]);
    let near = vec4f(b[inear.x], b[inear.y], b[inear.z], b[inear.w]);
    let far = vec4f(b[ifar.x], b[ifar.y], b[ifar.z], b[ifar.w]);
    // Row by row, so that little has to be held at a time.
    let a0 = vec4f(subgroupBroadcast(own.x, 0u));
    near0 = fma(a0, near, near0);
    far0 = fma(a0, far, far0);
    let a1 = vec4f(subgroupBroadcast(own.x, 1u));
    near1 = fma(a1, near, near1);
    far1 = fma(a1, far, far1);
    let a2 = vec4f(subgroupBroadcast(own.x, 2u));
    near2 = fma(a2, near, near2);
    far2 = fma(a2, far, far2);
    let a3 = vec4f(subgroupBroadcast(own.x, 3u));
    near3 = fma(a3, near, near3);
    far3 = fma(a3, far, far3);
    let a4 = vec4f(subgroupBroadcast(own.y, 0u));
    near4 = fma(a4, near, near4);
    far4 = fma(a4, far, far4);
    let a5 = vec4f(subgroupBroadcast(own.y, 1u));
    near5 = fma(a5, near, near5);
    far5 = fma(a5, far, far5);
    let a6 = vec4f(subgroupBroadcast(own.y, 2u));
    near6 = fma(a6, near, near6);
    far6 = fma(a6, far, far6);
    let a7 = vec4f(subgroupBroadcast(own.y, 3u));
    near7 = fma(a7, near, near7);
    far7 = fma(a7, far, far7);
    let a8 = vec4f(subgroupBroadcast(own.z, 0u));
    near8 = fma(a8, near, near8);
    far8 = fma(a8, far, far8);
    let a9 = vec4f(subgroupBroadcast(own.z, 1u));
    near9 = fma(a9, near, near9);
    far9 = fma(a9, far, far9);
    let a10 = vec4f(subgroupBroadcast(own.z, 2u));
    near10 = fma(a10, near, near10);
    far10 = fma(a10, far, far10);
    let a11 = vec4f(subgroupBroadcast(own.z, 3u));
    near11 = fma(a11, near, near11);
    far11 = fma(a11, far, far11);
    let a12 = vec4f(subgroupBroadcast(own.w, 0u));
    near12 = fma(a12, near, near12);
    far12 = fma(a12, far, far12);
    let a13 = vec4f(subgroupBroadcast(own.w, 1u));
    near13 = fma(a13, near, near13);
    far13 = fma(a13, far, far13);
    let a14 = vec4f(subgroupBroadcast(own.w, 2u));
    near14 = fma(a14, near, near14);
    far14 = fma(a14, far, far14);
    let a15 = vec4f(subgroupBroadcast(own.w, 3u));
    near15 = fma(a15, near, near15);
    far15 = fma(a15, far, far15);
    a_k += A_K;
    b_k += B_K;
  }
  var fours_of_rows = array<vec4f, 32>(
    near0, far0,
    near1, far1,
    near2, far2,
    near3, far3,
    near4, far4,
    near5, far5,
    near6, far6,
    near7, far7,
    near8, far8,
    near9, far9,
    near10, far10,
    near11, far11,
    near12, far12,
    near13, far13,
    near14, far14,
    near15, far15,
  );
  for (var half = 0u; half < min(32u, 2u * (M - m)); half++) {
    let four = fours_of_rows[half];
    let column = n + 16u * (half % 2u);
    let at = place.out + (m + half / 2u) * N + column;
    if (column < N) { finish(at, four.x); }
    if (column + 4u < N) { finish(at + 4u, four.y); }
    if (column + 8u < N) { finish(at + 8u, four.z); }
    if (column + 12u < N) { finish(at + 12u, four.w); }
  }
}
