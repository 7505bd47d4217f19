import type { GraphBuilder } from '../graph/builder';
import type { Attrs, GraphNode, NodeId, TensorType } from '../graph/types';

/** What an attribute of an op may hold. `ints` is a list of integers, such as axes or a shape. */
export type AttrKind = 'int' | 'number' | 'string' | 'boolean' | 'ints';

/** A tensor as the CPU reference sees it. Integers and booleans are held as numbers too. */
export interface HostTensor extends TensorType {
  readonly data: NumericArray;
}

export type NumericArray = Float64Array | Float32Array | Int32Array;

export interface GradientContext {
  readonly b: GraphBuilder;
  readonly node: GraphNode;
  /** The node's inputs and its own result, for gradients that reuse them. */
  readonly inputs: readonly NodeId[];
  readonly output: NodeId;
  /** d(loss)/d(output), of the output's shape. */
  readonly dout: NodeId;
}

/**
 * One row of the op table: everything that is true of an op on every device. How a device computes it
 * lives beside it (`.cpu.ts`, `.wgsl`), never in it.
 */
export interface OpDefinition {
  readonly name: string;
  /** One sentence: what it computes, with shapes. */
  readonly doc: string;
  /** Number of inputs, or `variadic`. */
  readonly arity: number | 'variadic';
  /** Every attribute, all required; a name not listed here is refused. */
  readonly attrs: Readonly<Record<string, AttrKind>>;
  /** The result's type. Throws GraphError when the inputs or attributes do not fit. */
  infer(inputs: readonly TensorType[], attrs: Attrs): TensorType;
  /**
   * d(loss)/d(input) for each input as nodes of the same graph, or null where there is none (integers,
   * stopGradient). 'none': the result does not change with any input, so nothing flows. Absent: asking is an
   * error.
   */
  readonly gradient?: ((context: GradientContext) => readonly (NodeId | null)[]) | 'none';
  /** The result on the CPU, written into `out` (which may hold garbage before). */
  reference(node: GraphNode, inputs: readonly HostTensor[], out: NumericArray): void;
  /** Floating-point operations, a multiply-add counting as two. Default: one for each element. */
  flops?(inputs: readonly TensorType[], output: TensorType, attrs: Attrs): number;
}

export const attrNumber = (attrs: Attrs, name: string): number => attrs[name] as number;
export const attrInts = (attrs: Attrs, name: string): readonly number[] =>
  attrs[name] as readonly number[];
export const attrString = (attrs: Attrs, name: string): string => attrs[name] as string;
export const attrBoolean = (attrs: Attrs, name: string): boolean => attrs[name] as boolean;
