import type { Attrs, Shape } from '../../../src/kernels/graph/types';
import { f32, type OpCase, show } from './case';

/** Rows of one element, of primes, longer than a workgroup of 256, and more rows than one. */
const ROWS: readonly Shape[] = [
  [1],
  [7],
  [3, 1],
  [5, 17],
  [2, 3, 64],
  [3, 257],
  [2, 1031],
  [263, 5],
];

const row = (op: string, inputs: number, shape: Shape, attrs: Attrs = {}, range = 2): OpCase => ({
  name: [op, show(shape), ...Object.values(attrs), ...(range > 2 ? ['wide'] : [])].join(' '),
  op,
  inputs: Array.from({ length: inputs }, () => f32(shape, -range, range)),
  attrs,
});

export const rowCases: readonly OpCase[] = [
  ...ROWS.flatMap((shape) => [
    row('softmax', 1, shape),
    row('softmaxGrad', 2, shape),
    row('logSumExp', 1, shape),
    ...[1e-5, 0.1].flatMap((eps) => [
      row('rmsNorm', 1, shape, { eps }),
      row('rmsNormGrad', 2, shape, { eps }),
    ]),
  ]),
  // A row of one has no variance: only eps would be left of it.
  ...ROWS.filter((shape) => shape.at(-1) !== 1).flatMap((shape) =>
    [1e-5, 0.1].flatMap((eps) => [
      row('layerNorm', 1, shape, { eps }),
      row('layerNormGrad', 2, shape, { eps }),
    ]),
  ),
  row('layerNorm', 1, [3, 1], { eps: 0.1 }),
  // exp of these overflows unless each row's largest element is taken off first.
  row('softmax', 1, [5, 67], {}, 300),
  row('logSumExp', 1, [5, 67], {}, 300),
];
