import type { NodeId } from '../graph/types';

/** A tensor between the launches of one lowering and nowhere else, such as the partial sums of a product. */
export interface Temporary {
  /** Equal names within one lowering are one buffer; other lowerings never see it. */
  readonly temporary: string;
  readonly bytes: number;
}

/** What a launch reads or writes: a node's tensor, or a temporary of its lowering. */
export type Binding = NodeId | Temporary;

/** What the planner has to know of a launch, on any device. */
export interface Accesses {
  readonly reads: readonly Binding[];
  /** Every element of these is written, whatever the buffer held before. */
  readonly writes: readonly Binding[];
}
