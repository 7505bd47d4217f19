import { describe, expect, it } from 'vitest';
import { broadcastShapes } from '../../../src/kernels/graph/shapes';
import type { HostTensor } from '../../../src/kernels/ops/op';
import { opNamed } from '../../../src/kernels/ops/table';
import { uniformAt } from '../../../src/kernels/random/threefry';
import { drawInputs, type OpCase } from '../cases/case';
import { matmulCases } from '../cases/matmul';
import { reductionCases } from '../cases/reductions';
import { at, build, indices } from './by-index';
import { relativeError, runOp, tensor } from './run-op';

function tensorsOf(one: OpCase): HostTensor[] {
  return drawInputs(one).map((data, i) => {
    const { shape, dtype } = one.inputs[i]!;
    return { shape, dtype, data };
  });
}

describe('reductions', () => {
  it.each(reductionCases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const [x] = tensorsOf(one);
    const axes = one.attrs.axes as number[];
    const groups = new Map<string, number[]>();
    for (const index of indices(x!.shape)) {
      const key = index.filter((_, axis) => !axes.includes(axis)).join();
      groups.set(key, [...(groups.get(key) ?? []), at(x!, index)]);
    }
    const expected = [...groups.values()].map((group) =>
      one.op === 'sum'
        ? group.reduce((sum, value) => sum + value, 0)
        : group.toSorted((a, b) => b - a)[0]!,
    );
    const result = runOp(one.op, [x!], one.attrs);
    expect(relativeError(result, { ...result, data: Float64Array.from(expected) })).toBeLessThan(
      1e-13,
    );
  });

  it('sums in double precision, whatever it stores', () => {
    const x: HostTensor = {
      shape: [3],
      dtype: 'f32',
      data: Float32Array.of(16777216, 1, -16777216),
    };
    const out = new Float32Array(1).fill(Number.NaN);
    const node = { op: 'sum', inputs: [0], attrs: { axes: [0] }, shape: [], dtype: 'f32' } as const;
    opNamed('sum').reference(node, [x], out);
    expect(out[0]).toBe(1);
  });

  it('max passes on a NaN, and knows no largest but infinity', () => {
    const max = (...values: number[]) =>
      runOp('max', [tensor([values.length], values)], { axes: [0], keepDims: false }).data[0];
    expect(max(1, Number.NaN, 2)).toBeNaN();
    expect(max(-Infinity, -Infinity)).toBe(-Infinity);
  });
});

describe('matmul', () => {
  it.each(matmulCases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const [a, b] = tensorsOf(one);
    const { transposeA, transposeB } = one.attrs as { transposeA: boolean; transposeB: boolean };
    const result = runOp('matmul', [a!, b!], one.attrs);
    const lead = broadcastShapes(a!.shape.slice(0, -2), b!.shape.slice(0, -2));
    const K = a!.shape.at(transposeA ? -2 : -1)!;
    const expected = build(result.shape, (index) => {
      const batch = index.slice(0, lead.length);
      const [m, n] = index.slice(-2);
      let total = 0;
      for (let k = 0; k < K; k++) {
        const left = transposeA ? [k, m!] : [m!, k];
        const right = transposeB ? [n!, k] : [k, n!];
        total += at(a!, [...batch, ...left]) * at(b!, [...batch, ...right]);
      }
      return total;
    });
    expect(relativeError(result, { ...result, data: Float64Array.from(expected) })).toBeLessThan(
      1e-13,
    );
  });
});

describe('sources', () => {
  it('randomUniform is uniformAt, element by element', () => {
    const seed: HostTensor = { shape: [], dtype: 'i32', data: Int32Array.of(-5) };
    const { data } = runOp('randomUniform', [seed], { shape: [3, 7], stream: 9 });
    expect([...data]).toEqual(Array.from({ length: 21 }, (_, i) => uniformAt(-5, 9, i)));
  });

  it('iota counts along its axis, and a constant is itself', () => {
    const counted = runOp('iota', [], { shape: [2, 3, 2], axis: 1 });
    expect([...counted.data]).toEqual(build([2, 3, 2], ([, j]) => j!));
    expect([...runOp('constant', [], { value: 2.5, dtype: 'f32' }).data]).toEqual([2.5]);
  });
});
