import type { WasmLowerings } from '../../devices/wasm/kernel';
import { type Shape, sizeOf } from '../../graph/types';

export const embeddingOnWasm: WasmLowerings = {
  embedding({ node, id, nodeOf }) {
    const [table, ids] = node.inputs;
    const sizes = [sizeOf(nodeOf(ids!).shape), ...twoOf(nodeOf(table!).shape)];
    const args = [...[table!, ids!, id].map((of) => ({ of })), ...sizes];
    const shares = [{ of: [ids!, id], count: sizes[0]!, grain: 1 }];
    return [{ label: node.op, entry: 'embedding', args, reads: node.inputs, writes: [id], shares }];
  },
  embeddingGrad({ node, id, nodeOf }) {
    const [ids, dout] = node.inputs;
    const sizes = [sizeOf(nodeOf(ids!).shape), ...twoOf(node.shape)];
    const args = [...[ids!, dout!, id].map((of) => ({ of })), ...sizes];
    const shares = [{ of: [id], count: sizes[1]!, grain: 1 }];
    return [
      { label: node.op, entry: 'embeddingGrad', args, reads: node.inputs, writes: [id], shares },
    ];
  },
};

/** The V and C of a table. */
function twoOf(shape: Shape): readonly [number, number] {
  return [shape[0]!, shape[1]!];
}
