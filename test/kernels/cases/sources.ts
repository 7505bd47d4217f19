import type { CaseInput, OpCase } from './case';
import { SHAPES, show } from './case';

const seed = (value: number): CaseInput => ({ shape: [], dtype: 'i32', draw: () => value });

export const sourceCases: readonly OpCase[] = [
  ...(
    [
      [1.5, 'f32'],
      [0, 'f32'],
      [-7, 'i32'],
      [2147483647, 'i32'],
      [1, 'bool'],
      [0, 'bool'],
    ] as const
  ).map(
    ([value, dtype]): OpCase => ({
      name: `constant ${value} ${dtype}`,
      op: 'constant',
      inputs: [],
      attrs: { value, dtype },
    }),
  ),
  ...SHAPES.flatMap((shape) =>
    shape.map(
      (_, axis): OpCase => ({
        name: `iota ${show(shape)} axis ${axis}`,
        op: 'iota',
        inputs: [],
        attrs: { shape, axis },
      }),
    ),
  ),
  ...SHAPES.map(
    (shape, i): OpCase => ({
      name: `randomUniform ${show(shape)}`,
      op: 'randomUniform',
      inputs: [seed([0, 1, -1, 2147483647, -2147483648, 12345, 7][i]!)],
      attrs: { shape, stream: [0, 1, 4294967295, 77, 2147483648, 5, 6][i]! },
    }),
  ),
];
