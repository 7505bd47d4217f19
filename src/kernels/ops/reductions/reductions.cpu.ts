import { stridesOf } from '../../graph/shapes';
import type { Shape } from '../../graph/types';
import { attrInts, type HostTensor, type NumericArray, type OpDefinition } from '../op';
import { walk } from '../walk';

/** Sums in double precision, whatever the tensors hold, and rounds once. */
export const sumCpu: OpDefinition['reference'] = (node, [input], out) => {
  const totals = out instanceof Float64Array ? out : new Float64Array(out.length);
  totals.fill(0);
  reduce(input!, attrInts(node.attrs, 'axes'), (from, i, di, count, at, dat) => {
    if (dat === 0) {
      let total = totals[at]!;
      for (let n = 0; n < count; n++) total += from[i + n * di]!;
      totals[at] = total;
    } else {
      for (let n = 0; n < count; n++) totals[at + n * dat]! += from[i + n * di]!;
    }
  });
  if (totals !== out) out.set(totals);
};

export const maxCpu: OpDefinition['reference'] = (node, [input], out) => {
  out.fill(-Infinity);
  reduce(input!, attrInts(node.attrs, 'axes'), (from, i, di, count, at, dat) => {
    for (let n = 0; n < count; n++) {
      out[at + n * dat] = Math.max(out[at + n * dat]!, from[i + n * di]!);
    }
  });
};

/** Walks the input (from, at i) beside the result (at), which stands still along every reduced axis. */
function reduce(
  input: HostTensor,
  axes: readonly number[],
  visit: (
    from: NumericArray,
    i: number,
    di: number,
    count: number,
    at: number,
    dat: number,
  ) => void,
): void {
  const strides = [stridesOf(input.shape), reducedStrides(input.shape, axes)];
  walk(input.shape, strides, ([i, at], count, [di, dat]) =>
    visit(input.data, i!, di!, count, at!, dat!),
  );
}

function reducedStrides(shape: Shape, axes: readonly number[]): number[] {
  const kept = stridesOf(shape.map((n, axis) => (axes.includes(axis) ? 1 : n)));
  return kept.map((stride, axis) => (axes.includes(axis) ? 0 : stride));
}
