import { type Shape, sizeOf } from '../../../src/kernels/graph/types';
import type { HostTensor } from '../../../src/kernels/ops/op';

/** The element of a tensor at an index, stretched axes and missing leading axes included. */
export function at(tensor: HostTensor, index: readonly number[]): number {
  const own = index.slice(index.length - tensor.shape.length);
  const offset = tensor.shape.reduce((sum, n, axis) => sum * n + (n === 1 ? 0 : own[axis]!), 0);
  return tensor.data[offset]!;
}

/** Every index of a shape, in row-major order. */
export function indices(shape: Shape): number[][] {
  return Array.from({ length: sizeOf(shape) }, (_, flat) => {
    let rest = flat;
    return shape.map((_, axis) => {
      const inner = sizeOf(shape.slice(axis + 1));
      const i = Math.floor(rest / inner);
      rest -= i * inner;
      return i;
    });
  });
}

/** The numbers of a tensor written as a function of its index: the plainest statement of an op. */
export function build(shape: Shape, element: (index: number[]) => number): number[] {
  return indices(shape).map(element);
}
