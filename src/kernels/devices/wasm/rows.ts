import { asRows } from '../../graph/shapes';
import { attrNumber } from '../../ops/op';
import type { Argument, WasmLowering } from './kernel';

/**
 * The lowering of an op along the rows of its first input: a kernel of (inputs, output, numbers, rows,
 * width), where every tensor has as many rows. `numbers` names the attributes that it takes.
 */
export function alongRows(entry: string, numbers: readonly string[] = []): WasmLowering {
  return ({ node, id, nodeOf }) => {
    const { rows, width } = asRows(nodeOf(node.inputs[0]!).shape);
    const args: Argument[] = [
      ...node.inputs.map((input) => ({ of: input })),
      { of: id },
      ...numbers.map((name) => ({ f32: attrNumber(node.attrs, name) })),
      rows,
      width,
    ];
    const shares = [{ of: [...node.inputs, id], count: rows, grain: 1 }];
    return [{ label: node.op, entry, args, reads: node.inputs, writes: [id], shares }];
  };
}
