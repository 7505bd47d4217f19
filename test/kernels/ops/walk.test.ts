import { describe, expect, it } from 'vitest';
import { broadcastStrides, stridesOf } from '../../../src/kernels/graph/shapes';
import type { Shape } from '../../../src/kernels/graph/types';
import { walk } from '../../../src/kernels/ops/walk';
import { indices } from './by-index';

/** Every offset that a walk visits, in order, and in how many runs. */
function visited(shape: Shape, strides: readonly (readonly number[])[]) {
  const offsets: number[][] = [];
  let runs = 0;
  walk(shape, strides, (starts, count, steps) => {
    runs++;
    for (let n = 0; n < count; n++) offsets.push(starts.map((start, t) => start + n * steps[t]!));
  });
  return { offsets, runs };
}

describe('walk', () => {
  it.each<[Shape, number[][]]>([
    [[], [[]]],
    [[1], [[1]]],
    [[5], [[1]]],
    [
      [2, 3],
      [
        [3, 1],
        [1, 2],
      ],
    ],
    [
      [2, 3, 4],
      [stridesOf([2, 3, 4]), broadcastStrides([3, 1], [2, 3, 4])],
    ],
    [
      [4, 1, 3],
      [stridesOf([4, 1, 3]), [0, 0, 1], [0, 7, 0]],
    ],
    [[2, 1, 1], [[1, 0, 0]]],
  ])('visits %j by its strides %j, in row-major order', (shape, strides) => {
    const expected = indices(shape).map((index) =>
      strides.map((own) => index.reduce((sum, n, axis) => sum + n * own[axis]!, 0)),
    );
    expect(visited(shape, strides).offsets).toEqual(expected);
  });

  it('merges axes that lie one after another for every tensor', () => {
    const shape = [2, 3, 4];
    const whole = stridesOf(shape);
    expect(visited(shape, [whole, whole]).runs).toBe(1);
    expect(visited(shape, [whole, [0, 0, 0]]).runs).toBe(1);
    expect(visited(shape, [whole, broadcastStrides([4], shape)]).runs).toBe(6);
    expect(visited(shape, [whole, broadcastStrides([3, 4], shape)]).runs).toBe(2);
    expect(visited(shape, [whole, broadcastStrides([2, 1, 1], shape)]).runs).toBe(2);
  });
});
