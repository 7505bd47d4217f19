import type { GraphNode } from '../../graph/types';
import type { HostTensor, NumericArray } from '../op';
import { expSum } from '../softmax/softmax.cpu';
import { forEachQuery } from './attention-scores.cpu';
import { attentionShape } from './attention-shape';

/** out_i = sum over j of softmax(score_i)_j v_j. */
export function attention(
  node: GraphNode,
  [q, k, v]: readonly HostTensor[],
  out: NumericArray, // [B, T, H, D]
): void {
  const { T, H, G, D } = attentionShape(q!.shape, k!.shape);
  const mix = new Float64Array(D);
  forEachQuery(q!, k!, node.attrs, ({ b, i, h, g, first, last, score }) => {
    const { max, sum } = expSum(score, first, last - first + 1);
    mix.fill(0);
    for (let j = first; j <= last; j++) {
      const weight = Math.exp(score[j]! - max) / sum;
      const vAt = ((b * T + j) * G + g) * D;
      for (let d = 0; d < D; d++) mix[d]! += weight * v!.data[vAt + d]!;
    }
    out.set(mix, ((b * T + i) * H + h) * D);
  });
}

/** lse_i = log of the sum over j of exp(score_ij): all that the gradients need to find the weights again. */
export function attentionLse(
  node: GraphNode,
  [q, k]: readonly HostTensor[],
  out: NumericArray, // [B, T, H]
): void {
  const { T, H } = attentionShape(q!.shape, k!.shape);
  forEachQuery(q!, k!, node.attrs, ({ b, i, h, first, last, score }) => {
    const { max, sum } = expSum(score, first, last - first + 1);
    out[(b * T + i) * H + h] = max + Math.log(sum);
  });
}
