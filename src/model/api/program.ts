// What a program exports, and what it is given.

import type { Tensor } from './tensor';

/** Tensors by name: the parameters of a model, or their gradients. */
export type Params = Record<string, Tensor>;

/** What an optimizer remembers from step to step: named groups of named tensors, such as `state.m.wte`. */
export type State = Record<string, Params>;

/** Named tensors, in groups of any depth. */
export type Tree = { readonly [name: string]: Tensor | Tree };

/** What model.ts exports. */
export interface Model {
  /** Sizes and settings, for people to read; the program reads them itself where it needs them. */
  readonly config?: object;
  /** Every parameter by name, and how it begins. */
  init(task: Task): Params;
  /** tokens i32 [B, T] -> logits f32 [B, T, task.vocab], where logits at t may depend on tokens up to t only. */
  forward(params: Params, tokens: Tensor): Tensor;
  /** What training makes small: one number. Without it, the mean cross-entropy of the logits. */
  loss?(inputs: LossInputs): Tensor;
}

/** What optimizer.ts exports. */
export interface Optimizer {
  /** Sequences in a step. */
  readonly batch?: number;
  /** In place of one batch size for all of training. */
  readonly phases?: readonly Phase[];
  /** What is remembered from step to step, and how it begins. */
  state(params: Params): State;
  /** One step: every parameter and every tensor of the state, anew. */
  update(params: Params, grads: Params, state: State, t: Time): { params: Params; state: State };
  /** The parameters to evaluate and sample with, where they are others than those being trained. */
  averaged?(params: Params, state: State): Params;
}

/** A part of the budget, which ends at the share `until`; the last one ends at 1. */
export interface Phase {
  readonly until: number;
  /** Sequences in a step; without it, `batch` as exported. */
  readonly batch?: number;
  /** Tokens in a sequence, at most the task's. */
  readonly context?: number;
}

/** What `init` is told of the task: tokens in the vocabulary, and tokens in a sequence. */
export interface Task {
  readonly vocab: number;
  readonly context: number;
}

/** Where training is, in scalars: `step` counts from 0; `progress` is the share of the budget used, 0 to 1. */
export interface Time {
  readonly step: Tensor;
  readonly progress: Tensor;
}

/** What a model's own loss is given. `targets` i32 [B, T] holds -1 where nothing is to be predicted. */
export interface LossInputs {
  readonly params: Params;
  readonly tokens: Tensor;
  readonly targets: Tensor;
  readonly logits: Tensor;
  readonly t: Time;
}
