import { broadcastStrides, stridesOf } from '../../graph/shapes';
import type { Shape } from '../../graph/types';
import { attrInts, attrNumber, type NumericArray, type OpDefinition } from '../op';
import { walk } from '../walk';

type Reference = OpDefinition['reference'];

export const reshapeCpu: Reference = (_, [input], out) => out.set(input!.data);

export const transposeCpu: Reference = (node, [input], out) => {
  const strides = stridesOf(input!.shape);
  const permuted = attrInts(node.attrs, 'perm').map((axis) => strides[axis]!);
  copy(node.shape, input!.data, 0, permuted, out, 0, stridesOf(node.shape));
};

export const broadcastToCpu: Reference = (node, [input], out) => {
  const strides = broadcastStrides(input!.shape, node.shape);
  copy(node.shape, input!.data, 0, strides, out, 0, stridesOf(node.shape));
};

export const sliceCpu: Reference = (node, [input], out) => {
  const strides = stridesOf(input!.shape);
  const start = offsetOf(attrInts(node.attrs, 'starts'), strides);
  copy(node.shape, input!.data, start, strides, out, 0, stridesOf(node.shape));
};

export const padCpu: Reference = (node, [input], out) => {
  out.fill(attrNumber(node.attrs, 'value'));
  const strides = stridesOf(node.shape);
  const start = offsetOf(attrInts(node.attrs, 'before'), strides);
  copy(input!.shape, input!.data, 0, stridesOf(input!.shape), out, start, strides);
};

export const concatCpu: Reference = (node, inputs, out) => {
  const axis = attrNumber(node.attrs, 'axis');
  const strides = stridesOf(node.shape);
  let start = 0;
  for (const { shape, data } of inputs) {
    copy(shape, data, 0, stridesOf(shape), out, start, strides);
    start += shape[axis]! * strides[axis]!;
  }
};

function offsetOf(index: readonly number[], strides: readonly number[]): number {
  return index.reduce((offset, n, axis) => offset + n * strides[axis]!, 0);
}

/** Every movement is this: a block of one shape, read with some strides and written with others. */
function copy(
  shape: Shape,
  from: NumericArray,
  fromStart: number,
  fromStrides: readonly number[],
  to: NumericArray,
  toStart: number,
  toStrides: readonly number[],
): void {
  walk(shape, [fromStrides, toStrides], ([i, j], count, [di, dj]) => {
    let source = fromStart + i!;
    let target = toStart + j!;
    for (let n = 0; n < count; n++) {
      to[target] = from[source]!;
      source += di!;
      target += dj!;
    }
  });
}
