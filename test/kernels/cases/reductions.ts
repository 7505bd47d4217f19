import type { Shape } from '../../../src/kernels/graph/types';
import { distinct, f32, type OpCase, show } from './case';

const REDUCED: readonly (readonly [Shape, readonly number[]])[] = [
  [[1], [0]],
  [[7], [0]],
  [[1031], [0]],
  [[5, 7], [0]],
  [[5, 7], [1]],
  [
    [5, 7],
    [0, 1],
  ],
  [
    [1, 5, 1],
    [0, 2],
  ],
  [[3, 521], [1]],
  [[521, 3], [0]],
  [[67, 71], [0]],
  [[2, 3, 5, 7], [1]],
  [
    [2, 3, 5, 7],
    [0, 2],
  ],
  [
    [2, 3, 5, 7],
    [1, 3],
  ],
  [
    [2, 3, 5, 7],
    [0, 1, 2, 3],
  ],
];

export const reductionCases: readonly OpCase[] = REDUCED.flatMap(([shape, axes]) =>
  [false, true].flatMap((keepDims) =>
    (
      [
        ['sum', f32],
        ['max', distinct],
      ] as const
    ).map(
      ([op, draw]): OpCase => ({
        name: `${op} ${show(shape)} over ${axes}${keepDims ? ', kept' : ''}`,
        op,
        inputs: [draw(shape)],
        attrs: { axes, keepDims },
      }),
    ),
  ),
);
