import { type Attrs, type DType, type Shape, sizeOf } from '../../../src/kernels/graph/types';
import type { HostTensor } from '../../../src/kernels/ops/op';
import { opNamed } from '../../../src/kernels/ops/table';
import { normalAt } from '../../../src/kernels/random/threefry';

/** A float64 tensor of standard normal numbers; another `stream` gives other numbers. */
export function randomTensor(shape: Shape, stream: number, scale = 1): HostTensor {
  const data = Float64Array.from(
    { length: sizeOf(shape) },
    (_, i) => scale * normalAt(7, stream, i),
  );
  return { shape, dtype: 'f32', data };
}

export function tensor(shape: Shape, values: Iterable<number>, dtype: DType = 'f32'): HostTensor {
  return { shape, dtype, data: Float64Array.from(values) };
}

/** The CPU reference of one op in float64, into a result that held NaN before. */
export function runOp(op: string, inputs: readonly HostTensor[], attrs: Attrs = {}): HostTensor {
  const definition = opNamed(op);
  const type = definition.infer(inputs, attrs);
  const data = new Float64Array(sizeOf(type.shape)).fill(Number.NaN);
  const node = { op, inputs: inputs.map((_, i) => i), attrs, ...type };
  definition.reference(node, inputs, data);
  return { ...type, data };
}

/** The largest difference of two tensors, as a share of the second's norm. */
export function relativeError(actual: HostTensor, expected: HostTensor): number {
  if (actual.data.length !== expected.data.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let norm = 0;
  expected.data.forEach((value, i) => {
    difference += (actual.data[i]! - value) ** 2;
    norm += value ** 2;
  });
  return Math.sqrt(difference) / Math.max(Math.sqrt(norm), 1e-30);
}

export function dot(a: HostTensor, b: HostTensor): number {
  let sum = 0;
  a.data.forEach((value, i) => {
    sum += value * b.data[i]!;
  });
  return sum;
}

/**
 * The gradient of `loss` at `x` by central differences, one element after the other. With numbers near 1
 * its error is about 1e-10: h^2 for the curvature, and 1e-16 / h for the rounding.
 */
export function numericalGradient(x: HostTensor, loss: (x: HostTensor) => number): HostTensor {
  const h = 1e-5;
  const moved = Float64Array.from(x.data);
  const gradient = Float64Array.from(x.data, (value, i) => {
    moved[i] = value + h;
    const above = loss({ ...x, data: moved });
    moved[i] = value - h;
    const below = loss({ ...x, data: moved });
    moved[i] = value;
    return (above - below) / (2 * h);
  });
  return { ...x, data: gradient };
}
