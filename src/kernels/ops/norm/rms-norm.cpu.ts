import { asRows } from '../../graph/shapes';
import type { GraphNode } from '../../graph/types';
import { attrNumber, type HostTensor, type NumericArray } from '../op';

/** y = r * x, where r = 1 / sqrt(mean(x^2) + eps). */
export function rmsNorm(
  node: GraphNode,
  [x]: readonly HostTensor[],
  out: NumericArray, // [rows, N]
): void {
  const eps = attrNumber(node.attrs, 'eps');
  const { rows, width: N } = asRows(x!.shape);
  for (let row = 0; row < rows; row++) {
    const at = row * N;
    const r = inverseRms(x!.data, at, N, eps);
    for (let n = 0; n < N; n++) out[at + n] = r * x!.data[at + n]!;
  }
}

/** dx = r * dy - r^3 * x * mean(x * dy): r itself falls as x grows, by dr/dx = -r^3 * x / N. */
export function rmsNormGrad(
  node: GraphNode,
  [x, dy]: readonly HostTensor[],
  out: NumericArray, // [rows, N]
): void {
  const eps = attrNumber(node.attrs, 'eps');
  const { rows, width: N } = asRows(x!.shape);
  for (let row = 0; row < rows; row++) {
    const at = row * N;
    const r = inverseRms(x!.data, at, N, eps);
    let dot = 0;
    for (let n = 0; n < N; n++) dot += x!.data[at + n]! * dy!.data[at + n]!;
    const pull = (r ** 3 * dot) / N;
    for (let n = 0; n < N; n++) out[at + n] = r * dy!.data[at + n]! - pull * x!.data[at + n]!;
  }
}

function inverseRms(x: NumericArray, at: number, N: number, eps: number): number {
  let squares = 0;
  for (let n = 0; n < N; n++) squares += x[at + n]! ** 2;
  return 1 / Math.sqrt(squares / N + eps);
}
