import type { Attrs, Shape } from '../../../src/kernels/graph/types';
import { f32, type OpCase, show } from './case';

/** One row and many, rows of one number, of a prime, and longer than a workgroup. */
const ROWS: readonly Shape[] = [
  [1],
  [7],
  [5, 1],
  [3, 13],
  [2, 3, 67],
  [2, 257],
  [3, 1000],
  [521, 5],
];

/** A norm of one or two numbers is all but constant, so its gradient is all rounding unless eps is large. */
const EPSILONS = (shape: Shape): readonly number[] => (shape.at(-1)! < 3 ? [0.5] : [1e-5, 0.5]);

/** An op of one tensor of rows, with its gradient op, which takes two of them. */
function alongRows(op: string, shape: Shape, attrs: Attrs): OpCase[] {
  const described = Object.entries(attrs).map(([name, value]) => ` ${name} ${String(value)}`);
  const name = `${show(shape)}${described}`;
  return [
    { name: `${op} ${name}`, op, inputs: [f32(shape)], attrs },
    { name: `${op}Grad ${name}`, op: `${op}Grad`, inputs: [f32(shape), f32(shape)], attrs },
  ];
}

export const rowCases: readonly OpCase[] = [
  ...ROWS.flatMap((shape) => alongRows('softmax', shape, {})),
  ...ROWS.map((shape) => logSumExp(`logSumExp ${show(shape)}`, shape)),
  ...['rmsNorm', 'layerNorm'].flatMap((op) =>
    ROWS.flatMap((shape) => EPSILONS(shape).flatMap((eps) => alongRows(op, shape, { eps }))),
  ),
  // Far past what an exponential can hold, and far below.
  { name: 'softmax of large numbers', op: 'softmax', inputs: [f32([5, 67], 900, 1000)], attrs: {} },
  logSumExp('logSumExp of large numbers', [5, 67], 900, 1000),
  logSumExp('logSumExp of small numbers', [5, 67], -1000, -900),
];

function logSumExp(name: string, shape: Shape, low?: number, high?: number): OpCase {
  return { name, op: 'logSumExp', inputs: [f32(shape, low, high)], attrs: {} };
}
