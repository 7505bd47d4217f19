import type { GraphNode } from '../../graph/types';
import type { HostTensor, NumericArray } from '../op';
import { forEachQuery, type QueryRow } from './attention-scores.cpu';
import { type AttentionShape, attentionShape } from './attention-shape';

// With weights p_ij = exp(score_ij - lse_i) and out_i = sum over j of p_ij v_j:
//   dv_j      = sum over i of p_ij dout_i
//   dp_ij     = dout_i . v_j
//   dscore_ij = p_ij (dp_ij - delta_i),  delta_i = sum over j of p_ij dp_ij = out_i . dout_i
//   d(q_i . k_j) = dscore_ij * growth_ij, which gives dq_i through k_j and dk_j through q_i.

/** dq_i = sum over j of d(q_i . k_j) k_j. */
export function attentionGradQ(
  node: GraphNode,
  inputs: readonly HostTensor[],
  out: NumericArray, // [B, T, H, D]
): void {
  const [q, k] = inputs;
  const shape = attentionShape(q!.shape, k!.shape);
  const { T, H, G, D } = shape;
  const dq = new Float64Array(D);
  forEachQuery(q!, k!, node.attrs, (row) => {
    const { b, i, h, g, first, last } = row;
    dq.fill(0);
    for (let j = first; j <= last; j++) {
      const ddot = dotGradient(row, j, inputs, shape);
      const kAt = ((b * T + j) * G + g) * D;
      for (let d = 0; d < D; d++) dq[d]! += ddot * k!.data[kAt + d]!;
    }
    out.set(dq, ((b * T + i) * H + h) * D);
  });
}

/** dk_j = sum over the queries i, of every head that reads this one, of d(q_i . k_j) q_i. */
export function attentionGradK(
  node: GraphNode,
  inputs: readonly HostTensor[],
  out: NumericArray, // [B, T, G, D]
): void {
  const [q, k] = inputs;
  const shape = attentionShape(q!.shape, k!.shape);
  const { T, H, G, D } = shape;
  const dk = new Float64Array(out.length);
  forEachQuery(q!, k!, node.attrs, (row) => {
    const { b, i, h, g, first, last } = row;
    const qAt = ((b * T + i) * H + h) * D;
    for (let j = first; j <= last; j++) {
      const ddot = dotGradient(row, j, inputs, shape);
      const kAt = ((b * T + j) * G + g) * D;
      for (let d = 0; d < D; d++) dk[kAt + d]! += ddot * q!.data[qAt + d]!;
    }
  });
  out.set(dk);
}

/** dv_j = sum over the queries i, of every head that reads this one, of p_ij dout_i. */
export function attentionGradV(
  node: GraphNode,
  [q, k, , lse, , dout]: readonly HostTensor[],
  out: NumericArray, // [B, T, G, D]
): void {
  const { T, H, G, D } = attentionShape(q!.shape, k!.shape);
  const dv = new Float64Array(out.length);
  forEachQuery(q!, k!, node.attrs, ({ b, i, h, g, first, last, score }) => {
    const query = (b * T + i) * H + h;
    for (let j = first; j <= last; j++) {
      const p = Math.exp(score[j]! - lse!.data[query]!);
      const vAt = ((b * T + j) * G + g) * D;
      for (let d = 0; d < D; d++) dv[vAt + d]! += p * dout!.data[query * D + d]!;
    }
  });
  out.set(dv);
}

/** d(loss) / d(q_i . k_j) for the query of a row. */
function dotGradient(
  { b, i, h, g, score, growth }: QueryRow,
  j: number,
  [, , v, lse, delta, dout]: readonly HostTensor[],
  { T, H, G, D }: AttentionShape,
): number {
  const query = (b * T + i) * H + h;
  const vAt = ((b * T + j) * G + g) * D;
  let dp = 0;
  for (let d = 0; d < D; d++) dp += dout!.data[query * D + d]! * v!.data[vAt + d]!;
  const p = Math.exp(score[j]! - lse!.data[query]!);
  return p * (dp - delta!.data[query]!) * growth[j]!;
}
