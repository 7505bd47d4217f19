import type { Graph, GraphNode, NodeId } from '../../graph/types';

/**
 * One launch, described: a whole WGSL module and what to bind to it. Kernels of equal `wgsl` and `sizes`
 * share a pipeline.
 *
 * Bindings of group 0, in order: `reads` (`var<storage, read>`), then `writes` (`var<storage,
 * read_write>`), then, where there are `numbers`, one `var<uniform> numbers: array<vec4f, n>`.
 * Buffers are arrays of f32 or i32 (bool: u32 holding 0 or 1), row-major, without padding.
 */
export interface Kernel {
  readonly label: string;
  readonly wgsl: string;
  /** Pipeline-overridable constants: what is known when the graph is (shapes, flags). */
  readonly sizes: Readonly<Record<string, number>>;
  /** What a program may change without a new shader: scales, epsilons, constants. */
  readonly numbers: readonly number[];
  readonly reads: readonly NodeId[];
  readonly writes: readonly NodeId[];
  readonly workgroups: readonly [number, number, number];
}

export interface LoweringContext {
  readonly graph: Graph;
  readonly node: GraphNode;
  readonly id: NodeId;
  nodeOf(id: NodeId): GraphNode;
  /** Another node that reads exactly the same inputs with the same attributes, to be computed with this one. */
  sibling(op: string): NodeId | undefined;
}

/** How an op becomes launches. Elementwise and movement ops have none: the fuser writes their WGSL. */
export type Lowering = (context: LoweringContext) => Kernel[];

/** The most workgroups along one axis that every adapter allows. */
export const MAX_WORKGROUPS = 65_535;

/** Spreads `count` workgroups over two axes; the kernel reads `wg.x + wg.y * MAX_WORKGROUPS` and checks its range. */
export function spread(count: number): readonly [number, number, number] {
  return count <= MAX_WORKGROUPS
    ? [count, 1, 1]
    : [MAX_WORKGROUPS, Math.ceil(count / MAX_WORKGROUPS), 1];
}
