import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../src/kernels/graph/builder';
import { GraphError } from '../../../src/kernels/graph/errors';
import type { Attrs, DType, Shape } from '../../../src/kernels/graph/types';

/** The message of the GraphError that this must throw. */
function refused(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof GraphError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The message with which an op refuses inputs of these types. */
function refusal(op: string, types: readonly (readonly [DType, Shape])[], attrs: Attrs = {}) {
  const b = new GraphBuilder();
  const inputs = types.map(([dtype, shape], i) => b.input(`x${i}`, shape, dtype));
  return refused(() => b.emit(op, inputs, attrs));
}

describe('the builder', () => {
  it('adds an equal node once', () => {
    const b = new GraphBuilder();
    const x = b.input('x', [2]);
    expect(b.input('x', [2])).toBe(x);
    expect(b.add(x, x)).toBe(b.add(x, x));
    expect(b.sum(x, [-1])).toBe(b.emit('sum', [x], { keepDims: false, axes: [0] }));
    expect(b.add(x, b.constant(1))).not.toBe(b.add(x, b.constant(2)));
    expect(b.constant(1)).not.toBe(b.constant(1, 'i32'));
    // JSON has no -0.
    expect(b.constant(0)).toBe(b.constant(-0));
    expect(b.node(b.constant(-0)).attrs.value).toBe(0);
  });

  it('goes on from the nodes of a graph, under the same ids', () => {
    const b = new GraphBuilder();
    const x = b.input('x', [2]);
    const y = b.neg(x);
    const graph = b.finish({ y });
    const c = GraphBuilder.extending(graph.nodes);
    expect(c.input('x', [2])).toBe(x);
    expect(c.neg(x)).toBe(y);
    expect(c.neg(y)).toBe(2);
    expect(refused(() => c.input('x', [3]))).toContain('cannot be f32[3] too');
    expect(graph.nodes.length).toBe(2);
  });

  it('hands out a graph that it no longer changes', () => {
    const b = new GraphBuilder();
    const graph = b.finish({ x: b.input('x', [2]) });
    b.neg(0);
    expect(graph.nodes.length).toBe(1);
  });

  it('names the line of the program', () => {
    const b = new GraphBuilder();
    const x = b.input('x', [2, 3]);
    b.currentLine = { file: 'model.ts', line: 7 };
    expect(refused(() => b.add(x, b.input('y', [2])))).toBe(
      'model.ts:7: shapes [2, 3] and [2] do not broadcast: 3 against 2',
    );
    expect(b.node(b.neg(x)).at).toEqual({ file: 'model.ts', line: 7 });
  });

  it('undoes broadcasting', () => {
    const b = new GraphBuilder();
    const x = b.input('x', [4, 2, 3]);
    for (const shape of [[], [3], [1], [2, 1], [4, 1, 3], [1, 1, 1], [4, 2, 3]]) {
      expect(b.shape(b.sumTo(x, shape))).toEqual(shape);
    }
    expect(refused(() => b.sumTo(x, [2]))).toContain('do not broadcast');
  });

  it('refuses what no device could hold', () => {
    const b = new GraphBuilder();
    expect(refused(() => b.input('x', [2 ** 20, 2 ** 20]))).toBe(
      'input makes the shape [1048576, 1048576], 1099511627776 elements; a tensor may have 2147483648',
    );
    expect(refused(() => b.broadcastTo(b.constant(0), [2 ** 16, 2 ** 16]))).toContain('elements');
    expect(refused(() => b.input('x', [3, 0]))).toContain('every axis needs at least one element');
    expect(refused(() => b.input('x', [-3, -1]))).toContain('every axis needs at least one');
    expect(refusal('reshape', [['f32', [6]]], { shape: [-2, -3] })).toContain('at least one');
    expect(refusal('slice', [['f32', [6]]], { starts: [0], sizes: [0] })).toContain('at least one');
    expect(refused(() => b.input('x', Array(17).fill(1)))).toContain('a list of integers');
  });

  it('refuses attributes that are missing, wrong or unknown', () => {
    expect(refusal('transpose', [['f32', [2]]])).toBe(
      'transpose needs perm to be a list of integers, not missing',
    );
    expect(refusal('sum', [['f32', [2]]], { axes: [0.5], keepDims: false })).toContain('integers');
    expect(refusal('sum', [['f32', [2]]], { axes: [0], keepDims: 1 })).toContain('boolean');
    expect(refusal('neg', [['f32', [2]]], { extra: 1 })).toBe('neg has no attribute extra');
    expect(refusal('constant', [], { value: Number.NaN, dtype: 'f32' })).toContain('NaN');
    expect(refused(() => new GraphBuilder().emit('nonsense', []))).toContain(
      'no op named "nonsense"',
    );
    expect(refused(() => new GraphBuilder().emit('constructor', []))).toContain('no op named');
    expect(refused(() => new GraphBuilder().emit('neg', [0]))).toBe('there is no node 0');
    expect(
      refusal('neg', [
        ['f32', []],
        ['f32', []],
      ]),
    ).toBe('neg takes 1 input, not 2');
    const b = new GraphBuilder();
    const x = b.input('x', [1]);
    expect(refused(() => b.emit('concat', Array(1025).fill(x), { axis: 0 }))).toContain('at most');
  });

  it.each([
    ['exp', [['i32', [2]]], {}, 'exp takes f32, not i32[2]'],
    [
      'add',
      [
        ['f32', [2]],
        ['i32', [2]],
      ],
      {},
      'two tensors of one type, not f32[2] and i32[2]',
    ],
    [
      'add',
      [
        ['bool', [2]],
        ['bool', [2]],
      ],
      {},
      'add takes f32 or i32, not bool[2]',
    ],
    [
      'less',
      [
        ['bool', [2]],
        ['bool', [2]],
      ],
      {},
      'less takes f32 or i32, not bool[2]',
    ],
    [
      'logicalAnd',
      [
        ['f32', []],
        ['f32', []],
      ],
      {},
      'logicalAnd takes bool, not f32[]',
    ],
    [
      'select',
      [
        ['f32', []],
        ['f32', []],
        ['f32', []],
      ],
      {},
      'select takes bool, not f32[]',
    ],
    [
      'select',
      [
        ['bool', []],
        ['f32', []],
        ['i32', []],
      ],
      {},
      'not f32[] and i32[]',
    ],
    ['cast', [['f32', []]], { dtype: 'f16' }, 'f32, i32 and bool, not f16'],
    ['constant', [], { value: 1.5, dtype: 'i32' }, 'cannot hold 1.5 as i32'],
    ['constant', [], { value: 2, dtype: 'bool' }, 'cannot hold 2 as bool'],
    ['constant', [], { value: 1e39, dtype: 'f32' }, 'cannot hold 1e+39 as f32'],
    ['iota', [], { shape: [3], axis: 1 }, 'axis 1 is out of range'],
    ['iota', [], { shape: [3], axis: -1 }, 'from the front'],
    ['randomUniform', [['f32', []]], { shape: [3], stream: 0 }, 'takes i32, not f32[]'],
    ['randomUniform', [['i32', [2]]], { shape: [3], stream: 0 }, 'one number as its seed'],
    ['randomUniform', [['i32', []]], { shape: [3], stream: -1 }, 'from 0 to 2^32 - 1'],
    ['reshape', [['f32', [2, 3]]], { shape: [4] }, 'of 6 elements into [4] of 4'],
    ['transpose', [['f32', [2, 3]]], { perm: [0, 0] }, 'each axis of f32[2, 3] once, not [0, 0]'],
    ['transpose', [['f32', [2, 3]]], { perm: [0] }, 'one number in perm for each axis'],
    ['broadcastTo', [['f32', [2]]], { shape: [3] }, 'do not broadcast'],
    ['broadcastTo', [['f32', [2]]], { shape: [1] }, 'f32[2] does not stretch to [1]'],
    ['slice', [['f32', [5]]], { starts: [3], sizes: [3] }, 'reaches outside f32[5]'],
    ['slice', [['f32', [5]]], { starts: [-1], sizes: [3] }, 'reaches outside f32[5]'],
    ['pad', [['f32', [5]]], { before: [-1], after: [0], value: 0 }, 'use slice'],
    ['pad', [['i32', [5]]], { before: [1], after: [0], value: 0.5 }, 'cannot hold 0.5 as i32'],
    ['concat', [], { axis: 0 }, 'at least one tensor'],
    [
      'concat',
      [
        ['f32', [2]],
        ['f32', [2, 1]],
      ],
      { axis: 0 },
      'cannot join f32[2] and f32[2, 1]',
    ],
    ['concat', [['f32', []]], { axis: 0 }, 'which has none'],
    ['sum', [['f32', [2, 3]]], { axes: [1, 0], keepDims: false }, 'ascending order'],
    ['sum', [['f32', [2, 3]]], { axes: [], keepDims: false }, 'at least one'],
    ['max', [['f32', [2, 3]]], { axes: [2], keepDims: false }, 'axes of f32[2, 3]'],
    ['sum', [['i32', [2]]], { axes: [0], keepDims: false }, 'sum takes f32, not i32[2]'],
    [
      'matmul',
      [
        ['f32', [2, 3]],
        ['f32', [2, 4]],
      ],
      { transposeA: false, transposeB: false },
      'matmul cannot multiply f32[2, 3] by f32[2, 4]: 3 columns against 2 rows',
    ],
    [
      'matmul',
      [
        ['f32', [2, 3]],
        ['f32', [2, 4]],
      ],
      { transposeA: false, transposeB: true },
      'f32[2, 4] transposed: 3 columns against 4 rows',
    ],
    [
      'matmul',
      [
        ['f32', [3]],
        ['f32', [3, 4]],
      ],
      { transposeA: false, transposeB: false },
      'at least 2 axes, not f32[3]',
    ],
    [
      'matmul',
      [
        ['f32', [2, 1, 1]],
        ['f32', [3, 1, 1]],
      ],
      { transposeA: false, transposeB: false },
      'do not broadcast',
    ],
  ] as const)('%s refuses %j %j', (op, types, attrs, message) => {
    expect(refusal(op, types, attrs)).toContain(message);
  });
});
