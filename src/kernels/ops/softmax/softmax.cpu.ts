import { asRows } from '../../graph/shapes';
import type { GraphNode } from '../../graph/types';
import type { HostTensor, NumericArray } from '../op';

/** y = exp(x - max) / sum(exp(x - max)). */
export function softmax(
  _node: GraphNode,
  [x]: readonly HostTensor[],
  out: NumericArray, // [rows, N]
): void {
  const { rows, width: N } = asRows(x!.shape);
  for (let row = 0; row < rows; row++) {
    const at = row * N;
    const { max, sum } = expSum(x!.data, at, N);
    for (let n = 0; n < N; n++) out[at + n] = Math.exp(x!.data[at + n]! - max) / sum;
  }
}

/** dx = y * (dy - sum(y * dy)). */
export function softmaxGrad(
  _node: GraphNode,
  [y, dy]: readonly HostTensor[],
  out: NumericArray, // [rows, N]
): void {
  const { rows, width: N } = asRows(y!.shape);
  for (let row = 0; row < rows; row++) {
    const at = row * N;
    let dot = 0;
    for (let n = 0; n < N; n++) dot += y!.data[at + n]! * dy!.data[at + n]!;
    for (let n = 0; n < N; n++) out[at + n] = y!.data[at + n]! * (dy!.data[at + n]! - dot);
  }
}

/** lse = max + log(sum(exp(x - max))). */
export function logSumExp(
  _node: GraphNode,
  [x]: readonly HostTensor[],
  out: NumericArray, // [rows]
): void {
  const { rows, width: N } = asRows(x!.shape);
  for (let row = 0; row < rows; row++) {
    const { max, sum } = expSum(x!.data, row * N, N);
    out[row] = max + Math.log(sum);
  }
}

/**
 * The largest of the N numbers from `at` on, and sum(exp(x - max)). With the largest taken out no
 * exponential overflows, and the sum is at least 1.
 */
export function expSum(x: NumericArray, at: number, N: number): { max: number; sum: number } {
  let max = -Infinity;
  for (let n = 0; n < N; n++) max = Math.max(max, x[at + n]!);
  let sum = 0;
  for (let n = 0; n < N; n++) sum += Math.exp(x[at + n]! - max);
  return { max, sum };
}
