import { asRows } from '../../graph/shapes';
import type { GraphNode } from '../../graph/types';
import type { HostTensor, NumericArray } from '../op';

export function embedding(
  _node: GraphNode,
  [table, ids]: readonly HostTensor[],
  out: NumericArray, // [N, C]
): void {
  const [V, C] = table!.shape as [number, number];
  const N = ids!.data.length;
  for (let n = 0; n < N; n++) {
    const id = ids!.data[n]!;
    const known = id >= 0 && id < V;
    for (let c = 0; c < C; c++) out[n * C + c] = known ? table!.data[id * C + c]! : 0;
  }
}

/** A token that occurs often has many rows to add, so the sums are kept in double precision until done. */
export function embeddingGrad(
  node: GraphNode,
  [ids, dout]: readonly HostTensor[],
  out: NumericArray, // [V, C]
): void {
  const [V] = node.shape as [number, number];
  const { rows: N, width: C } = asRows(dout!.shape);
  const sums = new Float64Array(V * C);
  for (let n = 0; n < N; n++) {
    const id = ids!.data[n]!;
    if (id < 0 || id >= V) continue;
    for (let c = 0; c < C; c++) sums[id * C + c]! += dout!.data[n * C + c]!;
  }
  out.set(sums);
}
