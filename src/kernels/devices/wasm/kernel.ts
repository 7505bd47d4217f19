import type { Accesses, Binding } from '../../plan/binding';
import type { LoweredOp } from '../../plan/lower';
import type { Shares } from './shares';

/** Numbers that a kernel reads beside its tensors, such as the angles of RoPE. Equal keys share memory. */
export interface Table {
  readonly key: string;
  /** Bytes, computed when they are needed. */
  readonly bytes: () => Uint8Array;
}

/**
 * An argument of a kernel: an i32, an f32, the address of a tensor (null: 0, for one that is not asked for)
 * or of a table.
 */
export type Argument =
  | number
  | boolean
  | { readonly f32: number }
  | { readonly of: Binding | null }
  | { readonly table: Table };

/** One launch: a call of a function of assembly/, once on each thread. */
export interface WasmKernel extends Accesses {
  readonly label: string;
  /** What assembly/index.ts exports. */
  readonly entry: string;
  /** Followed by the address and bytes of a thread's scratch, where there is `scratch`, and part and parts. */
  readonly args: readonly Argument[];
  /** Bytes that each thread needs for itself. */
  readonly scratch?: number;
  /** Whether it is worth running earlier, together with others (ahead.ts). */
  readonly ahead?: boolean;
  /** Tensors of which each thread touches a share of its own; it may touch all of every other. */
  readonly shares?: readonly Shares[];
}

/** How an op becomes launches. Elementwise and movement ops have none: they are fused. */
export type WasmLowering = (op: LoweringContext) => WasmKernel[];

export interface LoweringContext extends LoweredOp {
  /** A size that assembly/index.ts computes, such as a kernel's bytes of scratch. */
  sizeOf(entry: string, ...args: readonly number[]): number;
}

export type WasmLowerings = Readonly<Record<string, WasmLowering>>;

/** The bytes of a list of numbers in 32 bits each. */
export function bytesOfNumbers(numbers: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
