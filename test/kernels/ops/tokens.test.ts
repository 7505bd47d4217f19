import { describe, expect, it } from 'vitest';
import type { Shape } from '../../../src/kernels/graph/types';
import { dot, numericalGradient, randomTensor, relativeError, runOp, tensor } from './run-op';

const ints = (shape: Shape, values: number[]) => tensor(shape, values, 'i32');

describe('embedding', () => {
  it('reads the row that each id names, and zeros where there is none', () => {
    const table = tensor([3, 2], [1, 2, 3, 4, 5, 6]);
    const ids = ints([2, 3], [2, 0, 2, -1, 3, 1]);
    const result = runOp('embedding', [table, ids]);
    expect(result.shape).toEqual([2, 3, 2]);
    expect([...result.data]).toEqual([5, 6, 1, 2, 5, 6, 0, 0, 0, 0, 3, 4]);
  });

  it('takes a single id', () => {
    const table = tensor([3, 2], [1, 2, 3, 4, 5, 6]);
    expect([...runOp('embedding', [table, ints([], [1])]).data]).toEqual([3, 4]);
  });

  it('adds the rows of its gradient by id, repeated or missing', () => {
    const ids = ints([2, 3], [2, 0, 2, -1, 3, 2]);
    const table = randomTensor([3, 5], 1);
    const dout = randomTensor([2, 3, 5], 2);
    const gradient = runOp('embeddingGrad', [ids, dout], { rows: 3 });
    const numerical = numericalGradient(table, (table) =>
      dot(runOp('embedding', [table, ids]), dout),
    );
    expect(relativeError(gradient, numerical)).toBeLessThan(1e-9);
    expect([...gradient.data.subarray(5, 10)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('refuses what does not fit', () => {
    const table = randomTensor([3, 2], 1);
    const ids = ints([4], [0, 1, 2, 0]);
    expect(() => runOp('embedding', [table, table])).toThrow(/ids to be i32, not f32\[3, 2\]/);
    expect(() => runOp('embedding', [randomTensor([3], 1), ids])).toThrow(/axes \[V, C\]/);
    const dout = randomTensor([5, 2], 1);
    expect(() => runOp('embeddingGrad', [ids, dout], { rows: 3 })).toThrow(
      /dout to be f32\[4, 2\], not f32\[5, 2\]/,
    );
    expect(() => runOp('embeddingGrad', [ids, randomTensor([4, 2], 1)], { rows: 0 })).toThrow(
      /at least one row/,
    );
  });
});

describe('crossEntropy', () => {
  const V = 7;
  const targets = ints([2, 3], [0, 6, -1, 3, 7, 3]);
  const logits = randomTensor([2, 3, V], 1);

  it('is -log softmax at the target, and 0 where the target is not in the vocabulary', () => {
    const probabilities = runOp('softmax', [logits]).data;
    const expected = Array.from(targets.data, (target, row) =>
      target >= 0 && target < V ? -Math.log(probabilities[row * V + target]!) : 0,
    );
    const loss = runOp('crossEntropy', [logits, targets]);
    expect(relativeError(loss, tensor([2, 3], expected))).toBeLessThan(1e-14);
    expect([loss.data[2], loss.data[4]]).toEqual([0, 0]);
  });

  it.each([1, 2, 7, 300])('of %i equal logits is log V, however large they are', (V) => {
    const large = tensor([1, V], new Array(V).fill(1e20));
    expect(runOp('crossEntropy', [large, ints([1], [V - 1])]).data[0]).toBeCloseTo(Math.log(V), 12);
  });

  it('has the gradient that central differences have, and none in rows that are not counted', () => {
    const dloss = randomTensor([2, 3], 2);
    const gradient = runOp('crossEntropyGrad', [logits, targets, dloss]);
    const numerical = numericalGradient(logits, (logits) =>
      dot(runOp('crossEntropy', [logits, targets]), dloss),
    );
    expect(relativeError(gradient, numerical)).toBeLessThan(1e-9);
    for (const row of [2, 4]) {
      expect([...gradient.data.subarray(row * V, (row + 1) * V)]).toEqual(new Array(V).fill(0));
    }
  });

  it('refuses targets that are not one integer for each row', () => {
    const four = ints([4], [0, 0, 0, 0]);
    expect(() => runOp('crossEntropy', [logits, four])).toThrow(
      /targets to be i32\[2, 3\], not i32\[4\]/,
    );
    expect(() => runOp('crossEntropy', [logits, randomTensor([2, 3], 1)])).toThrow(
      /not f32\[2, 3\]/,
    );
    expect(() => runOp('crossEntropyGrad', [logits, targets, randomTensor([6], 1)])).toThrow(
      /dloss to be f32\[2, 3\], not f32\[6\]/,
    );
  });
});
