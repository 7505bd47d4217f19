import type { NodeId } from '../graph/types';

/** A tensor between the launches of one lowering and nowhere else, such as the partial sums of a product. */
export interface Temporary {
  /** Equal names within one lowering are one buffer; other lowerings never see it. */
  readonly temporary: string;
  readonly bytes: number;
}

/** Tensors that lie side by side in memory, each where a binding may begin, bound as one. */
export interface Block {
  readonly block: readonly NodeId[];
}

/** What a launch reads or writes: a node's tensor, several as one, or a temporary of its lowering. */
export type Binding = NodeId | Temporary | Block;

/** Elements to which the tensors of a block are aligned, of four bytes each: 256 bytes serve every GPU. */
const ALIGNMENT = 64;

/** Where the tensors of a block begin, in elements, and how many there are up to the end of the last. */
export function blockLayout(sizes: readonly number[]): {
  readonly offsets: readonly number[];
  readonly total: number;
} {
  let next = 0;
  let total = 0;
  const offsets = sizes.map((size) => {
    const offset = next;
    total = offset + size;
    next = Math.ceil(total / ALIGNMENT) * ALIGNMENT;
    return offset;
  });
  return { offsets, total };
}

/** What the planner has to know of a launch, on any device. */
export interface Accesses {
  readonly reads: readonly Binding[];
  /** Every element of these is written, whatever the buffer held before. */
  readonly writes: readonly Binding[];
}
