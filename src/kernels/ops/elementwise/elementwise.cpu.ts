import { broadcastStrides, stridesOf } from '../../graph/shapes';
import type { GraphNode } from '../../graph/types';
import type { HostTensor, NumericArray } from '../op';
import { walk } from '../walk';
import { LOOPS } from './loops.cpu';

/** One element of the result from one element of each operand. */
interface Value {
  readonly value: (...operands: number[]) => number;
  /** In its place where the operands are i32. */
  readonly valueI32?: (...operands: number[]) => number;
}

/** Any elementwise op: its function on numbers, over operands that broadcast to the result's shape. */
export function elementwiseCpu(
  name: string,
  op: Value,
  node: GraphNode,
  inputs: readonly HostTensor[],
  out: NumericArray,
): void {
  const [a, b, c] = inputs.map(({ data }) => data);
  const strides = inputs.map(({ shape }) => broadcastStrides(shape, node.shape));
  const isI32 = inputs[0]!.dtype === 'i32';
  const value = isI32 && op.valueI32 ? op.valueI32 : op.value;
  const loop = isI32 ? undefined : LOOPS[name];
  walk(node.shape, [stridesOf(node.shape), ...strides], ([o, i, j, k], count, [, di, dj, dk]) => {
    if (loop) loop(out, o!, count, a!, i!, di!, b ?? a!, j ?? 0, dj ?? 0);
    else if (!b) unaryLoop(value, out, o!, count, a!, i!, di!);
    else if (!c) binaryLoop(value, out, o!, count, a!, i!, di!, b, j!, dj!);
    else ternaryLoop(value, out, o!, count, a!, i!, di!, b, j!, dj!, c, k!, dk!);
  });
}

function unaryLoop(
  value: Value['value'],
  out: NumericArray,
  o: number,
  count: number,
  a: NumericArray,
  i: number,
  di: number,
): void {
  for (let n = 0; n < count; n++) out[o + n] = value(a[i + n * di]!);
}

function binaryLoop(
  value: Value['value'],
  out: NumericArray,
  o: number,
  count: number,
  a: NumericArray,
  i: number,
  di: number,
  b: NumericArray,
  j: number,
  dj: number,
): void {
  for (let n = 0; n < count; n++) out[o + n] = value(a[i + n * di]!, b[j + n * dj]!);
}

function ternaryLoop(
  value: Value['value'],
  out: NumericArray,
  o: number,
  count: number,
  a: NumericArray,
  i: number,
  di: number,
  b: NumericArray,
  j: number,
  dj: number,
  c: NumericArray,
  k: number,
  dk: number,
): void {
  for (let n = 0; n < count; n++) {
    out[o + n] = value(a[i + n * di]!, b[j + n * dj]!, c[k + n * dk]!);
  }
}
