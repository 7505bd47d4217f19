import { broadcastStrides, stridesOf } from '../../graph/shapes';
import type { GraphNode } from '../../graph/types';
import type { HostTensor, NumericArray } from '../op';
import { walk } from '../walk';

/** One element of the result from one element of each operand. */
interface Value {
  readonly value: (a: number, b: number, c: number) => number;
  readonly valueI32?: (a: number, b: number) => number;
}

/** Any elementwise op: its function on numbers, over operands that broadcast to the result's shape. */
export function elementwiseCpu(
  name: string,
  op: Value,
  node: GraphNode,
  inputs: readonly HostTensor[],
  out: NumericArray,
): void {
  const [a, b = a, c = a] = inputs as [HostTensor, HostTensor?, HostTensor?];
  const loop = LOOPS[name];
  const value = a.dtype === 'i32' && op.valueI32 ? op.valueI32 : op.value;
  const strides = [a, b, c].map(({ shape }) => broadcastStrides(shape, node.shape));
  walk(node.shape, [stridesOf(node.shape), ...strides], ([o, i, j, k], count, [, di, dj, dk]) => {
    if (loop && a.dtype === 'f32') loop(out, o!, count, a.data, i!, di!, b.data, j!, dj!);
    else {
      for (let n = 0; n < count; n++) {
        out[o! + n] = value(a.data[i! + n * di!]!, b.data[j! + n * dj!]!, c.data[k! + n * dk!]!);
      }
    }
  });
}

type Loop = (
  out: NumericArray,
  at: number,
  count: number,
  a: NumericArray,
  i: number,
  di: number,
  b: NumericArray,
  j: number,
  dj: number,
) => void;

/**
 * The four that an optimizer and a residual stream consist of, as loops of their own: a call for each
 * element costs several times what the arithmetic does.
 */
const LOOPS: Readonly<Record<string, Loop>> = {
  add(out, at, count, a, i, di, b, j, dj) {
    for (let n = 0; n < count; n++) out[at + n] = a[i + n * di]! + b[j + n * dj]!;
  },
  sub(out, at, count, a, i, di, b, j, dj) {
    for (let n = 0; n < count; n++) out[at + n] = a[i + n * di]! - b[j + n * dj]!;
  },
  mul(out, at, count, a, i, di, b, j, dj) {
    for (let n = 0; n < count; n++) out[at + n] = a[i + n * di]! * b[j + n * dj]!;
  },
  div(out, at, count, a, i, di, b, j, dj) {
    for (let n = 0; n < count; n++) out[at + n] = a[i + n * di]! / b[j + n * dj]!;
  },
};
