import { asRows } from '../../graph/shapes';
import type { GraphNode } from '../../graph/types';
import type { HostTensor, NumericArray } from '../op';
import { expSum } from '../softmax/softmax.cpu';

/** loss = log(sum(exp(logits - max))) - (logits[target] - max). */
export function crossEntropy(
  _node: GraphNode,
  [logits, targets]: readonly HostTensor[],
  out: NumericArray, // [rows]
): void {
  const { rows, width: V } = asRows(logits!.shape);
  for (let row = 0; row < rows; row++) {
    const at = row * V;
    const target = targets!.data[row]!;
    if (target < 0 || target >= V) {
      out[row] = 0;
      continue;
    }
    const { max, sum } = expSum(logits!.data, at, V);
    out[row] = Math.log(sum) - (logits!.data[at + target]! - max);
  }
}

/** dlogits = (softmax(logits) - onehot(target)) * dloss. */
export function crossEntropyGrad(
  _node: GraphNode,
  [logits, targets, dloss]: readonly HostTensor[],
  out: NumericArray, // [rows, V]
): void {
  const { rows, width: V } = asRows(logits!.shape);
  for (let row = 0; row < rows; row++) {
    const at = row * V;
    const target = targets!.data[row]!;
    if (target < 0 || target >= V) {
      out.fill(0, at, at + V);
      continue;
    }
    const { max, sum } = expSum(logits!.data, at, V);
    for (let v = 0; v < V; v++) {
      const probability = Math.exp(logits!.data[at + v]! - max) / sum;
      out[at + v] = (probability - (v === target ? 1 : 0)) * dloss!.data[row]!;
    }
  }
}
