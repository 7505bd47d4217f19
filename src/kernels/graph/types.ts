/**
 * The graph: what a program becomes once it has been traced. Plain JSON, no functions, no handles, so
 * that it can be hashed, stored, sent to a worker or over a socket, and validated by whoever receives it.
 */

export type DType = 'f32' | 'i32' | 'bool';

/** Sizes of each axis, outermost first; `[]` is a scalar. Row-major and contiguous. */
export type Shape = readonly number[];

export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** The index of a node in `Graph.nodes`. A node's inputs always have smaller ids than its own. */
export type NodeId = number;

export type AttrValue = number | string | boolean | readonly number[];
export type Attrs = Readonly<Record<string, AttrValue>>;

/** Where in the program's own text a node was written; lines and columns count from 1. */
export interface SourceLine {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** One operation with exactly one result. `op` names a row of the op table (src/kernels/ops/table.ts). */
export interface GraphNode extends TensorType {
  readonly op: string;
  readonly inputs: readonly NodeId[];
  readonly attrs: Attrs;
  readonly at?: SourceLine;
}

/**
 * Nodes in topological order.
 *
 * An `input` node reads a tensor by its name: either a persistent one (a parameter or optimizer state,
 * which the device keeps between runs) or a fed one (tokens, targets, step), which is given anew each run.
 */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  /** Results to hand back, by name. */
  readonly outputs: Readonly<Record<string, NodeId>>;
  /** Persistent tensors to overwrite, all at once, after every node has been computed. */
  readonly updates: Readonly<Record<string, NodeId>>;
}

/** Bytes of one element on a device; `bool` is stored as a 32-bit 0 or 1. */
export const BYTES_PER_ELEMENT = 4;

export function sizeOf(shape: Shape): number {
  return shape.reduce((size, n) => size * n, 1);
}

export function bytesOf(type: TensorType): number {
  return sizeOf(type.shape) * BYTES_PER_ELEMENT;
}

/** `f32[8, 64, 27]`, for messages. */
export function describeType(type: TensorType): string {
  return `${type.dtype}[${type.shape.join(', ')}]`;
}
