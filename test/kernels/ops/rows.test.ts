import { describe, expect, it } from 'vitest';
import type { Attrs } from '../../../src/kernels/graph/types';
import type { HostTensor } from '../../../src/kernels/ops/op';
import { dot, numericalGradient, randomTensor, relativeError, runOp, tensor } from './run-op';

const SHAPES = [[1], [7], [1, 1], [3, 13], [2, 3, 257], [2, 1000]] as const;

/** Each op along the last axis, as its definition says it for one row. */
const ROW_OPS: readonly (readonly [string, Attrs, (x: number[]) => number[]])[] = [
  ['softmax', {}, (x) => x.map((value) => Math.exp(value) / sum(x.map(Math.exp)))],
  ['logSumExp', {}, (x) => [Math.log(sum(x.map(Math.exp)))]],
  ['rmsNorm', { eps: 1e-5 }, (x) => x.map((value) => value / Math.sqrt(square(x) + 1e-5))],
  ['rmsNorm', { eps: 0.5 }, (x) => x.map((value) => value / Math.sqrt(square(x) + 0.5))],
  ['layerNorm', { eps: 1e-5 }, (x) => normalized(x, 1e-5)],
  ['layerNorm', { eps: 0.5 }, (x) => normalized(x, 0.5)],
];

const sum = (x: number[]) => x.reduce((total, value) => total + value, 0);
const mean = (x: number[]) => sum(x) / x.length;
const square = (x: number[]) => mean(x.map((value) => value ** 2));
function normalized(x: number[], eps: number): number[] {
  const centred = x.map((value) => value - mean(x));
  return centred.map((value) => value / Math.sqrt(square(centred) + eps));
}

describe.each(ROW_OPS)('%s %j', (op, attrs, rowOf) => {
  it.each(SHAPES.map((shape) => [shape]))('is its definition, row by row, at %j', (shape) => {
    const x = randomTensor(shape, 1);
    const N = shape.at(-1)!;
    const rows = Array.from({ length: x.data.length / N }, (_, row) =>
      rowOf([...x.data.subarray(row * N, (row + 1) * N)]),
    );
    const result = runOp(op, [x], attrs);
    expect(distance(result, rows.flat())).toBeLessThan(1e-12);
  });

  it('refuses integers and scalars', () => {
    const ids = tensor([2], [1, 2], 'i32');
    expect(() => runOp(op, [ids], attrs)).toThrow(`${op} needs x to be f32, not i32[2]`);
    expect(() => runOp(op, [tensor([], [1])], attrs)).toThrow(/a scalar, which has none/);
  });
});

describe.each([
  ['softmaxGrad', 'softmax', {}],
  ['rmsNormGrad', 'rmsNorm', { eps: 1e-5 }],
  ['rmsNormGrad', 'rmsNorm', { eps: 0.5 }],
  ['layerNormGrad', 'layerNorm', { eps: 1e-5 }],
  ['layerNormGrad', 'layerNorm', { eps: 0.5 }],
])('%s', (gradOp, op, attrs) => {
  it.each([[[1]], [[7]], [[3, 13]], [[2, 2, 37]], [[1, 257]]])(
    `agrees with central differences of ${op} ${JSON.stringify(attrs)} at %j`,
    (shape) => {
      const x = randomTensor(shape, 1);
      const dy = randomTensor(shape, 2);
      const numerical = numericalGradient(x, (x) => dot(runOp(op, [x], attrs), dy));
      const first = op === 'softmax' ? runOp(op, [x]) : x;
      const gradient = runOp(gradOp, [first, dy], attrs);
      expect(distance(gradient, numerical.data)).toBeLessThan(1e-8);
    },
  );

  it('refuses dy of another shape', () => {
    const inputs = [randomTensor([2, 3], 1), randomTensor([2, 4], 2)];
    expect(() => runOp(gradOp, inputs, attrs)).toThrow('needs dy to be f32[2, 3], not f32[2, 4]');
  });
});

describe('softmax and logSumExp', () => {
  it('do not overflow, and tell large equal numbers apart from one', () => {
    const x = tensor([2, 2], [1e20, 1e20, -1e4, 1e4]);
    expect([...runOp('softmax', [x]).data]).toEqual([0.5, 0.5, 0, 1]);
    expect([...runOp('logSumExp', [tensor([2], [1000, 1000])]).data]).toEqual([1000 + Math.log(2)]);
  });

  it('pass NaN on rather than hide it', () => {
    const x = tensor([3], [1, Number.NaN, 2]);
    expect([...runOp('softmax', [x]).data].every(Number.isNaN)).toBe(true);
    expect(runOp('logSumExp', [x]).data[0]).toBeNaN();
  });
});

describe('the norms', () => {
  it('keep the variance of a row far from zero', () => {
    const x = tensor([4], [1e8 + 1, 1e8 + 2, 1e8 + 3, 1e8 + 4]);
    const near = tensor([4], [1, 2, 3, 4]);
    const [far, close] = [x, near].map((row) => runOp('layerNorm', [row], { eps: 0 }));
    expect(relativeError(far!, close!)).toBeLessThan(1e-12);
  });

  it('refuse a negative eps', () => {
    const x = randomTensor([2, 3], 1);
    for (const op of ['rmsNorm', 'layerNorm']) {
      expect(() => runOp(op, [x], { eps: -1 })).toThrow('eps to be at least 0, not -1');
    }
  });
});

function distance(actual: HostTensor, expected: ArrayLike<number>): number {
  expect(actual.data.length).toBe(expected.length);
  return Math.hypot(...Array.from(actual.data, (value, i) => value - expected[i]!));
}
