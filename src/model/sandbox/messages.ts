import type { TensorType } from '../../kernels/graph/types';

// What the host and the inside of the sandbox say to each other, always as JSON.

export type PartName = 'init' | 'forward' | 'state' | 'update' | 'averaged';

/** Tensors that the host has made, by name. */
export type TensorIds = Readonly<Record<string, TensorType & { readonly id: number }>>;

/** Pairs of name and node, as a program returned them; nothing has been checked. */
export type NamedIds = readonly (readonly [name: string, id: number])[];

/** Which part of the program to run, and what to give it. */
export interface PartRequest {
  readonly part: PartName;
  readonly training: boolean;
  /** Whether the model has a loss of its own, to run after forward. */
  readonly loss: boolean;
  readonly task: { readonly vocab: number; readonly context: number };
  /** Groups of named tensors: params, grads, state. */
  readonly tensors: Readonly<Record<string, TensorIds>>;
  /** Single tensors: tokens, targets, step, progress. */
  readonly inputs: TensorIds;
}

export interface PartResult {
  readonly params?: NamedIds;
  readonly state?: NamedIds;
  readonly outputs?: Readonly<Record<string, number>>;
}
