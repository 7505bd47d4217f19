import type { Attrs, Shape } from '../../../src/kernels/graph/types';
import { bool, type CaseInput, f32, i32, type OpCase, show } from './case';

function movement(op: string, shapes: readonly Shape[], attrs: Attrs, draw = f32): OpCase {
  const described = Object.entries(attrs).map(([name, value]) => `${name} ${String(value)}`);
  const inputs = shapes.map((shape): CaseInput => draw(shape));
  const name = `${op} ${inputs[0]!.dtype} ${shapes.map(show).join(' ')} ${described.join(', ')}`;
  return { name, op, inputs, attrs };
}

const reshapes: readonly (readonly [Shape, Shape])[] = [
  [[], [1, 1]],
  [[1], []],
  [[6], [2, 3]],
  [
    [7, 37],
    [37, 7],
  ],
  [
    [2, 3, 67],
    [6, 67],
  ],
];

const transposes: readonly (readonly [Shape, readonly number[]])[] = [
  [[5], [0]],
  [
    [3, 5],
    [1, 0],
  ],
  [
    [3, 5],
    [0, 1],
  ],
  [
    [67, 131],
    [1, 0],
  ],
  [
    [2, 3, 5],
    [2, 0, 1],
  ],
  [
    [2, 7, 3, 5],
    [0, 2, 1, 3],
  ],
  [
    [2, 7, 3, 5],
    [3, 2, 1, 0],
  ],
  [
    [1, 7, 1, 5],
    [2, 3, 0, 1],
  ],
];

const broadcasts: readonly (readonly [Shape, Shape])[] = [
  [[], [1]],
  [[], [3, 89]],
  [[7], [5, 7]],
  [
    [5, 1],
    [5, 67],
  ],
  [
    [3, 1, 5],
    [2, 3, 4, 5],
  ],
  [
    [1, 1],
    [1, 1],
  ],
];

const slices: readonly (readonly [Shape, readonly number[], readonly number[]])[] = [
  [[5], [0], [5]],
  [[5], [4], [1]],
  [
    [67, 131],
    [3, 64],
    [60, 67],
  ],
  [
    [2, 7, 5],
    [1, 0, 2],
    [1, 7, 2],
  ],
];

const pads: readonly (readonly [Shape, readonly number[], readonly number[], number])[] = [
  [[1], [0], [0], 0],
  [[5], [2], [0], 0],
  [[5], [0], [3], 1.5],
  [[61, 67], [3, 64], [60, 1], -2],
  [[2, 3, 5], [0, 1, 0], [1, 0, 2], 0],
];

const concats: readonly (readonly [readonly Shape[], number])[] = [
  [[[3]], 0],
  [[[1], [1]], 0],
  [
    [
      [3, 5],
      [3, 2],
    ],
    1,
  ],
  [
    [
      [3, 5],
      [4, 5],
      [1, 5],
    ],
    0,
  ],
  [
    [
      [2, 67, 3],
      [2, 1, 3],
      [2, 131, 3],
    ],
    1,
  ],
  [Array.from({ length: 13 }, (_, i) => [i + 1, 3]), 0],
];

export const movementCases: readonly OpCase[] = [
  ...reshapes.map(([from, shape]) => movement('reshape', [from], { shape })),
  ...transposes.map(([from, perm]) => movement('transpose', [from], { perm })),
  ...broadcasts.map(([from, shape]) => movement('broadcastTo', [from], { shape })),
  ...slices.map(([from, starts, sizes]) => movement('slice', [from], { starts, sizes })),
  ...pads.map(([from, before, after, value]) => movement('pad', [from], { before, after, value })),
  ...concats.map(([shapes, axis]) => movement('concat', shapes, { axis })),
  // What is moved may be of any type.
  ...[i32, bool].flatMap((draw) => [
    movement('reshape', [[3, 5]], { shape: [15] }, draw),
    movement('transpose', [[3, 5]], { perm: [1, 0] }, draw),
    movement('broadcastTo', [[5]], { shape: [67, 5] }, draw),
    movement('slice', [[7, 5]], { starts: [2, 1], sizes: [3, 2] }, draw),
    movement('pad', [[7, 5]], { before: [2, 1], after: [0, 2], value: 1 }, draw),
    movement(
      'concat',
      [
        [7, 5],
        [3, 5],
      ],
      { axis: 0 },
      draw,
    ),
  ]),
];
