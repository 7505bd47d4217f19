import { describe, expect, it } from 'vitest';
import { broadcastShapes } from '../../../src/kernels/graph/shapes';
import type { DType, Shape } from '../../../src/kernels/graph/types';
import {
  elementwiseNamed,
  elementwiseOps,
  wgslOf,
} from '../../../src/kernels/ops/elementwise/elementwise';
import { PAIRS } from '../cases/case';
import { at, build } from './by-index';
import { randomTensor, runOp, tensor } from './run-op';

const NUMBERS = [-300, -20, -3.7, -1, -0.5, -1e-4, 0, 1e-4, 0.3, 1, 2, 5.5, 20, 300];

const unary = (op: string, values: readonly number[], dtype: DType = 'f32') => [
  ...runOp(op, [tensor([values.length], values, dtype)]).data,
];
const binary = (op: string, a: readonly number[], b: readonly number[], dtype: DType = 'f32') => [
  ...runOp(op, [tensor([a.length], a, dtype), tensor([b.length], b, dtype)]).data,
];

describe('values by another formula', () => {
  it.each<[string, (x: number) => number]>([
    ['neg', (x) => 0 - x],
    ['square', (x) => x ** 2],
    ['abs', (x) => (x < 0 ? -x : x)],
    ['sign', (x) => (x < 0 ? -1 : x > 0 ? 1 : 0)],
    ['tanh', (x) => (Math.abs(x) > 50 ? Math.sign(x) : 1 - 2 / (Math.exp(2 * x) + 1))],
    ['sigmoid', (x) => 1 / (1 + Math.exp(-x))],
    ['relu', (x) => (x + Math.abs(x)) / 2],
    ['silu', (x) => x / (1 + Math.exp(-x))],
    ['softplus', (x) => (x > 50 ? x : Math.log(1 + Math.exp(x)))],
    ['sin', (x) => Math.cos(x - Math.PI / 2)],
    ['cos', (x) => Math.sin(x + Math.PI / 2)],
    ['floor', (x) => x - (((x % 1) + 1) % 1)],
  ])('%s', (op, formula) => {
    unary(op, NUMBERS).forEach((value, i) => {
      expect(value).toBeCloseTo(formula(NUMBERS[i]!), 12);
    });
  });

  it('exp, log, sqrt and rsqrt undo one another', () => {
    const positive = NUMBERS.filter((x) => x > 0);
    unary('log', unary('exp', positive)).forEach((x, i) => {
      expect(x).toBeCloseTo(positive[i]!, 10);
    });
    unary('square', unary('sqrt', positive)).forEach((x, i) => {
      expect(x).toBeCloseTo(positive[i]!, 10);
    });
    binary('mul', unary('rsqrt', positive), unary('sqrt', positive)).forEach((x) => {
      expect(x).toBeCloseTo(1, 12);
    });
  });

  it('gelu stays near x times the normal distribution that it stands for', () => {
    // Phi by Abramowitz & Stegun 7.1.26, good to 1.5e-7; the tanh form is good to about 5e-4.
    const erf = (x: number): number => {
      const t = 1 / (1 + 0.3275911 * Math.abs(x));
      const poly = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
      const sum = poly.reduce((total, c) => (total + c) * t, 0);
      return Math.sign(x) * (1 - sum * Math.exp(-x * x));
    };
    const xs = [-3, -1.5, -0.2, 0, 0.7, 1, 4];
    unary('gelu', xs).forEach((value, i) => {
      expect(value).toBeCloseTo((xs[i]! / 2) * (1 + erf(xs[i]! / Math.SQRT2)), 2);
    });
    expect(unary('gelu', [-300, 300])).toEqual([-0, 300]);
    // From the formula by hand: tanh(0.79788456 * 1.044715) = 0.68238...
    expect(unary('gelu', [1])[0]).toBeCloseTo(0.8411919906, 9);
  });

  it('arithmetic', () => {
    expect(binary('add', [1, 2], [3, 4.5])).toEqual([4, 6.5]);
    expect(binary('sub', [1, 2], [3, 4.5])).toEqual([-2, -2.5]);
    expect(binary('mul', [1, 2], [3, 4.5])).toEqual([3, 9]);
    expect(binary('div', [1, 2], [4, 0])).toEqual([0.25, Infinity]);
    expect(binary('pow', [2, -2, -2, 0, 9], [10, 3, -2, 0, 0.5])).toEqual([1024, -8, 0.25, 1, 3]);
    expect(binary('minimum', [1, 5, NaN], [3, 4, 1])).toEqual([1, 4, NaN]);
    expect(binary('maximum', [1, 5, NaN], [3, 4, 1])).toEqual([3, 5, NaN]);
  });

  it('comparisons and logic', () => {
    const [a, b] = [
      [1, 2, 3],
      [2, 2, 2],
    ];
    expect(binary('equal', a!, b!)).toEqual([0, 1, 0]);
    expect(binary('notEqual', a!, b!)).toEqual([1, 0, 1]);
    expect(binary('less', a!, b!)).toEqual([1, 0, 0]);
    expect(binary('lessEqual', a!, b!)).toEqual([1, 1, 0]);
    expect(binary('greater', a!, b!)).toEqual([0, 0, 1]);
    expect(binary('greaterEqual', a!, b!)).toEqual([0, 1, 1]);
    expect(binary('logicalAnd', [0, 0, 1, 1], [0, 1, 0, 1], 'bool')).toEqual([0, 0, 0, 1]);
    expect(binary('logicalOr', [0, 0, 1, 1], [0, 1, 0, 1], 'bool')).toEqual([0, 1, 1, 1]);
    expect(unary('logicalNot', [0, 1], 'bool')).toEqual([1, 0]);
  });

  it('integers wrap at 32 bits', () => {
    const run = (op: string, a: number, b: number) => {
      const inputs = [a, b].map((value) => tensor([], [value], 'i32'));
      const out = new Int32Array(1);
      const node = { op, inputs: [0, 1], attrs: {}, shape: [], dtype: 'i32' } as const;
      elementwiseNamed(op)!.reference(node, inputs, out);
      return out[0];
    };
    expect(run('add', 2147483647, 1)).toBe(-2147483648);
    expect(run('sub', -2147483648, 1)).toBe(2147483647);
    expect(run('mul', 123456789, 987654321)).toBe(Math.imul(123456789, 987654321));
  });

  it('cast', () => {
    const cast = (values: number[], from: DType, dtype: DType) => [
      ...runOp('cast', [tensor([values.length], values, from)], { dtype }).data,
    ];
    expect(cast([-1.9, 1.9, 0.5, 3e9, -3e9], 'f32', 'i32')).toEqual([
      -1, 1, 0, 2147483647, -2147483648,
    ]);
    expect(cast([0, -0, 0.1, -2, NaN], 'f32', 'bool')).toEqual([0, 0, 1, 1, 1]);
    expect(cast([0, 1], 'bool', 'f32')).toEqual([0, 1]);
    expect(cast([7, 0], 'i32', 'bool')).toEqual([1, 0]);
  });
});

describe('broadcasting', () => {
  it.each(PAIRS)('%j with %j', (a, b) => {
    const x = randomTensor(a, 1);
    const y = randomTensor(b, 2);
    const shape = broadcastShapes(a, b);
    // One op with a loop of its own, and one without.
    expect([...runOp('sub', [x, y]).data]).toEqual(build(shape, (i) => at(x, i) - at(y, i)));
    expect([...runOp('less', [x, y]).data]).toEqual(
      build(shape, (i) => Number(at(x, i) < at(y, i))),
    );
  });

  it.each<[Shape, Shape, Shape]>([
    [[5, 1], [7], [1]],
    [
      [3, 1, 5],
      [4, 1],
      [2, 1, 1, 1],
    ],
    [[], [5, 7], [7]],
  ])('select of %j, %j and %j', (c, a, b) => {
    const noise = randomTensor(c, 3);
    const condition = tensor(
      c,
      noise.data.map((v) => Number(v > 0)),
      'bool',
    );
    const x = randomTensor(a, 1);
    const y = randomTensor(b, 2);
    const result = runOp('select', [condition, x, y]);
    expect([...result.data]).toEqual(
      build(result.shape, (i) => (at(condition, i) === 1 ? at(x, i) : at(y, i))),
    );
  });
});

describe('WGSL', () => {
  it('puts operands in place of a, b and c, and nowhere else', () => {
    const of = (op: string, ...operands: string[]) => wgslOf(elementwiseNamed(op)!, {}, operands);
    expect(of('sub', 'x', 'y - z')).toBe('(x) - (y - z)');
    expect(of('abs', 'b')).toBe('abs((b))');
    expect(of('select', 'p', 'q', 'r')).toBe('select((r), (q), (p))');
    expect(wgslOf(elementwiseNamed('cast')!, { dtype: 'i32' }, ['v'])).toBe('i32((v))');
  });

  it('is there for every row, with balanced brackets and no operand too many', () => {
    for (const op of elementwiseOps) {
      const operands = ['p', 'q', 'r'].slice(0, op.arity);
      const text = wgslOf(op, { dtype: 'f32' }, operands);
      expect(text.split('(').length, text).toBe(text.split(')').length);
      for (const operand of operands) expect(text).toContain(`(${operand})`);
      expect(text).not.toContain('undefined');
    }
    expect(elementwiseNamed('matmul')).toBeUndefined();
  });
});
