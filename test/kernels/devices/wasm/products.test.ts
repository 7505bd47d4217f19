import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { createWasmDevice } from '../../../../src/kernels/devices/wasm/device';
import { engineHas } from '../../../../src/kernels/devices/wasm/engine';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import { normalAt } from '../../../../src/kernels/random/threefry';

if (!engineHas('relaxed')) setFlagsFromString('--experimental-wasm-relaxed-simd');

interface Product {
  readonly M: number;
  readonly K: number;
  readonly N: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

// Whole blocks of 36 rows and what is left of them, sums longer than one accumulation, left sides whose rows
// begin 2048 bytes apart, right sides of four panels at once and of single and narrow ones, and sums in halves whose
// right sides are packed a strip after the other.
const PRODUCTS: readonly Product[] = [
  { M: 77, K: 512, N: 72 },
  { M: 41, K: 512, N: 33, transposeB: true },
  { M: 128, K: 300, N: 65, transposeA: true },
  { M: 512, K: 40, N: 40, transposeA: true },
  { M: 5, K: 18_000, N: 77, transposeA: true },
  { M: 53, K: 128, N: 100, transposeA: true, transposeB: true },
];

// Left sides that are read where they lie, copied, and gathered; what is left of a block is fours and less, or fives.
const SIDES: readonly Product[] = [
  { M: 43, K: 512, N: 20 },
  { M: 56, K: 512, N: 16 },
  { M: 43, K: 300, N: 20 },
  { M: 18, K: 272, N: 9 },
  { M: 6, K: 30, N: 17 },
];

describe.each(['simd', 'relaxed'] as const)('left sides, however they are stored (%s)', (simd) => {
  it.skipIf(!engineHas(simd)).each(SIDES)('$M x $K x $N', async (product) => {
    const { M, K, N } = product;
    const builder = new GraphBuilder();
    const b = builder.input('b', [K, N]);
    const rows = builder.matmul(builder.input('a', [M, K]), b);
    const columns = builder.matmul(builder.input('turned', [K, M]), b, { transposeA: true });
    const graph = builder.finish({ rows, columns }, {});
    const a = normals(5, M * K);
    const turned = Float32Array.from(a, (_, i) => a[(i % M) * K + Math.floor(i / M)]!);
    const feeds = { a, b: normals(6, K * N), turned };
    const device = createWasmDevice({ simd, threads: 1 });
    const session = await device.open({ tensors: {}, graphs: { graph } });
    const [outputs] = await session.run('graph', [feeds]);
    session.close();
    expect(worstError(outputs!.rows as Float32Array, feeds, product)).toBeLessThan(1e-5);
    // K = 512 turned is summed in halves, which rounds otherwise.
    if (K % 512 === 0) {
      const turnedProduct = { ...product, transposeA: true };
      const other = { a: turned, b: feeds.b };
      expect(worstError(outputs!.columns as Float32Array, other, turnedProduct)).toBeLessThan(1e-5);
    } else expect(outputs!.columns).toEqual(outputs!.rows);
  });
});

describe.each(['simd', 'relaxed'] as const)('products of many blocks (%s)', (simd) => {
  it.skipIf(!engineHas(simd)).each(PRODUCTS)('$M x $K x $N', async (product) => {
    const { M, K, N, transposeA = false, transposeB = false } = product;
    const builder = new GraphBuilder();
    const a = builder.input('a', transposeA ? [K, M] : [M, K]);
    const b = builder.input('b', transposeB ? [N, K] : [K, N]);
    const graph = builder.finish({ c: builder.matmul(a, b, { transposeA, transposeB }) }, {});
    const feeds = { a: normals(1, M * K), b: normals(2, K * N) };
    for (const threads of [1, 2]) {
      const device = createWasmDevice({ simd, threads, splitFrom: 0 });
      const session = await device.open({ tensors: {}, graphs: { graph } });
      const [outputs] = await session.run('graph', [feeds]);
      session.close();
      expect(worstError(outputs!.c as Float32Array, feeds, product)).toBeLessThan(1e-5);
    }
  });
});

describe.each(['simd', 'relaxed'] as const)('products on several threads (%s)', (simd) => {
  // Rows of which each thread has a share that is no multiple of a tile, sums of several accumulations, few products
  // of which threads share one, and many.
  const shapes = [
    { a: [11, 600], b: [600, 13] },
    { a: [2, 600, 11], b: [2, 600, 13], transposeA: true },
    { a: [3, 22, 40], b: [3, 40, 9] },
    { a: [3, 22, 40], b: [1, 40, 9] },
    { a: [20, 7, 30], b: [20, 30, 8] },
  ];

  it.skipIf(!engineHas(simd)).each(shapes)('$a x $b have the same bits', async (shape) => {
    const { a, b, transposeA = false } = shape;
    const builder = new GraphBuilder();
    const c = builder.matmul(builder.input('a', a), builder.input('b', b), { transposeA });
    // Reads what other threads wrote, and in place.
    const graph = builder.finish({ c, sum: builder.sum(c, [0]), twice: builder.add(c, c) });
    const sizeOf = (sizes: readonly number[]) => sizes.reduce((x, y) => x * y, 1);
    const feeds = { a: normals(3, sizeOf(a)), b: normals(4, sizeOf(b)) };
    const results = [];
    for (const threads of [1, 2, 3, 5]) {
      const device = createWasmDevice({ simd, threads, splitFrom: 0 });
      const session = await device.open({ tensors: {}, graphs: { graph } });
      results.push((await session.run('graph', [feeds]))[0]!);
      session.close();
    }
    expect(results[0]!.c).not.toContain(Number.NaN);
    for (const other of results.slice(1)) expect(other).toEqual(results[0]);
  });
});

function normals(stream: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => normalAt(7, stream, i));
}

/** The largest difference to the product in float64, as a share of sqrt(K), the size of its elements. */
function worstError(
  c: Float32Array,
  { a, b }: { readonly a: Float32Array; readonly b: Float32Array },
  { M, K, N, transposeA, transposeB }: Product,
): number {
  let worst = 0;
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < N; j++) {
      let sum = 0;
      for (let k = 0; k < K; k++) {
        sum += a[transposeA ? k * M + i : i * K + k]! * b[transposeB ? j * K + k : k * N + j]!;
      }
      const error = Math.abs(c[i * N + j]! - sum) / Math.sqrt(K);
      // NaN, where nothing was written, is the worst.
      worst = error <= worst ? worst : error;
    }
  }
  return worst;
}
