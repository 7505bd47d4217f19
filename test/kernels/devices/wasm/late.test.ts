import { describe, expect, it } from 'vitest';
import { type LateContext, runLate } from '../../../../src/kernels/devices/wasm/late';
import type { GraphNode } from '../../../../src/kernels/graph/types';

const node = (op: string, length = 4): GraphNode => ({
  op,
  inputs: [],
  attrs: {},
  shape: [length],
  dtype: 'f32',
});
const launch = (reads: readonly number[], writes: readonly number[]) => ({
  kernel: { reads, writes },
});

/** 0 and 1: the tensors `p` and `q`; 2 and 3: their new values; 4 and up: computed, 6 larger than what may wait. */
const context: LateContext = {
  nodes: [
    node('input'),
    node('input'),
    node('add'),
    node('add'),
    node('matmul'),
    node('matmul'),
    node('matmul', 2 ** 21),
    node('reshape', 2 ** 21),
  ],
  storage: [0, 1, 2, 3, 4, 5, 6, 6],
  inputs: new Map([
    ['p', 0],
    ['q', 1],
  ]),
  homes: new Map([
    [2, 'p'],
    [3, 'q'],
  ]),
};

describe('late launches', () => {
  it('come together behind launches that read nothing of theirs, in their own order', () => {
    const [makes, updatesP, makesMore, updatesQ] = [
      launch([], [4]),
      launch([0, 4], [2]),
      launch([4], [5]),
      launch([1, 5], [3]),
    ];
    const order = [makes, updatesP, makesMore, updatesQ];
    expect(runLate(order, context)).toEqual([makes, makesMore, updatesP, updatesQ]);
  });

  it('do not wait where what they read would take much memory, under whatever name', () => {
    const [updates, next] = [launch([0, 7], [2]), launch([], [5])];
    const reads = launch([5], []);
    expect(runLate([launch([], [6]), updates, next, reads], context)[1]).toBe(updates);
  });

  it('come before what overwrites a tensor that they read', () => {
    // The new value of q is read again, so that it is computed in its turn; the new p needs the old q.
    const [updatesP, updatesQ, reads] = [launch([0, 1], [2]), launch([1], [3]), launch([3], [5])];
    expect(runLate([updatesP, updatesQ, reads], context)).toEqual([updatesP, updatesQ, reads]);
  });
});
