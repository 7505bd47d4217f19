import { describe, expect, it } from 'vitest';
import type { Attrs } from '../../../src/kernels/graph/types';
import { attrInts, attrNumber, type HostTensor } from '../../../src/kernels/ops/op';
import { drawInputs, type OpCase } from '../cases/case';
import { movementCases } from '../cases/movement';
import { at, build } from './by-index';
import { runOp } from './run-op';

type Element = (i: number[], inputs: HostTensor[], attrs: Attrs) => number;

/** Each op by what it says of one element: where the result's element at `i` comes from. */
const BY_INDEX: Readonly<Record<string, Element>> = {
  transpose(i, [x], attrs) {
    const from: number[] = [];
    attrInts(attrs, 'perm').forEach((axis, n) => {
      from[axis] = i[n]!;
    });
    return at(x!, from);
  },
  broadcastTo: (i, [x]) => at(x!, i),
  slice(i, [x], attrs) {
    const starts = attrInts(attrs, 'starts');
    return at(
      x!,
      i.map((n, axis) => n + starts[axis]!),
    );
  },
  pad(i, [x], attrs) {
    const before = attrInts(attrs, 'before');
    const from = i.map((n, axis) => n - before[axis]!);
    const inside = from.every((n, axis) => n >= 0 && n < x!.shape[axis]!);
    return inside ? at(x!, from) : attrNumber(attrs, 'value');
  },
  concat(i, inputs, attrs) {
    const axis = attrNumber(attrs, 'axis');
    let n = i[axis]!;
    const part = inputs.find(({ shape }) => {
      if (n < shape[axis]!) return true;
      n -= shape[axis]!;
      return false;
    });
    return at(part!, i.with(axis, n));
  },
};

describe('movement, one element at a time', () => {
  for (const [op, element] of Object.entries(BY_INDEX)) {
    const cases = movementCases.filter((one) => one.op === op && one.inputs[0]!.shape.length > 0);
    it.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
      const inputs = tensorsOf(one);
      const result = runOp(op, inputs, one.attrs);
      const expected = build(result.shape, (i) => element(i, inputs, one.attrs));
      expect([...result.data]).toEqual(expected);
    });
  }

  it('reshape keeps every element in its place', () => {
    for (const one of movementCases.filter(({ op }) => op === 'reshape')) {
      const [x] = tensorsOf(one);
      expect([...runOp('reshape', [x!], one.attrs).data]).toEqual([...x!.data]);
    }
  });

  it('broadcastTo repeats a scalar', () => {
    const x: HostTensor = { shape: [], dtype: 'f32', data: Float64Array.of(7) };
    expect([...runOp('broadcastTo', [x], { shape: [2, 2] }).data]).toEqual([7, 7, 7, 7]);
  });
});

function tensorsOf(one: OpCase): HostTensor[] {
  return drawInputs(one).map((data, i) => {
    const { shape, dtype } = one.inputs[i]!;
    return { shape, dtype, data };
  });
}
