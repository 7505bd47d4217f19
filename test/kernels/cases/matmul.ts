import type { Shape } from '../../../src/kernels/graph/types';
import { f32, type OpCase } from './case';

/** M, K, N: ones, primes, whole tiles of 64 and one past them; few rows, few columns, a long inner axis. */
const SIZES: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [1, 7, 1],
  [5, 1, 3],
  [7, 13, 11],
  [1, 67, 131],
  [131, 67, 1],
  [64, 64, 64],
  [65, 67, 129],
  [3, 1031, 5],
];

/** Leading axes of each side. */
const LEADING: readonly (readonly [Shape, Shape])[] = [
  [[2, 3], []],
  [[], [3]],
  [[3], [3]],
  [
    [2, 1],
    [1, 3],
  ],
  [[2, 3], [3]],
  [[1], [5]],
];

const FLAGS = [false, true];

export const matmulCases: readonly OpCase[] = FLAGS.flatMap((transposeA) =>
  FLAGS.flatMap((transposeB) => {
    const matmul = (a: Shape, b: Shape, M: number, K: number, N: number): OpCase => {
      const x = [...a, ...(transposeA ? [K, M] : [M, K])];
      const y = [...b, ...(transposeB ? [N, K] : [K, N])];
      const flags = `${transposeA ? 'T' : 'N'}${transposeB ? 'T' : 'N'}`;
      return {
        name: `matmul ${flags} [${x}] [${y}]`,
        op: 'matmul',
        inputs: [f32(x), f32(y)],
        attrs: { transposeA, transposeB },
      };
    };
    return [
      ...SIZES.map(([M, K, N]) => matmul([], [], M, K, N)),
      ...LEADING.map(([a, b]) => matmul(a, b, 5, 7, 3)),
      matmul([2], [], 67, 65, 17),
    ];
  }),
);
