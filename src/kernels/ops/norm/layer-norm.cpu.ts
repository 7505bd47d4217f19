import { asRows } from '../../graph/shapes';
import type { GraphNode } from '../../graph/types';
import { attrNumber, type HostTensor, type NumericArray } from '../op';

/** y = r * (x - mean), where r = 1 / sqrt(var + eps) and var is the mean squared distance from the mean. */
export function layerNorm(
  node: GraphNode,
  [x]: readonly HostTensor[],
  out: NumericArray, // [rows, N]
): void {
  const eps = attrNumber(node.attrs, 'eps');
  const { rows, width: N } = asRows(x!.shape);
  for (let row = 0; row < rows; row++) {
    const at = row * N;
    const { mean, r } = momentsOf(x!.data, at, N, eps);
    for (let n = 0; n < N; n++) out[at + n] = r * (x!.data[at + n]! - mean);
  }
}

/** dx = r * (dy - mean(dy) - y * mean(y * dy)): what would only move or stretch the row is taken out. */
export function layerNormGrad(
  node: GraphNode,
  [x, dy]: readonly HostTensor[],
  out: NumericArray, // [rows, N]
): void {
  const eps = attrNumber(node.attrs, 'eps');
  const { rows, width: N } = asRows(x!.shape);
  for (let row = 0; row < rows; row++) {
    const at = row * N;
    const { mean, r } = momentsOf(x!.data, at, N, eps);
    let sum = 0;
    let dot = 0;
    for (let n = 0; n < N; n++) {
      sum += dy!.data[at + n]!;
      dot += r * (x!.data[at + n]! - mean) * dy!.data[at + n]!;
    }
    for (let n = 0; n < N; n++) {
      const y = r * (x!.data[at + n]! - mean);
      out[at + n] = r * (dy!.data[at + n]! - sum / N - (y * dot) / N);
    }
  }
}

/** Two passes: the difference of two large sums would lose the variance of a row far from zero. */
function momentsOf(
  x: NumericArray,
  at: number,
  N: number,
  eps: number,
): { mean: number; r: number } {
  let sum = 0;
  for (let n = 0; n < N; n++) sum += x[at + n]!;
  const mean = sum / N;
  let squares = 0;
  for (let n = 0; n < N; n++) squares += (x[at + n]! - mean) ** 2;
  return { mean, r: 1 / Math.sqrt(squares / N + eps) };
}
