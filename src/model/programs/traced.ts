import type { Graph, Shape } from '../../kernels/graph/types';

/**
 * What the sandbox hands out: inert JSON, built and checked on the host's side of the wall.
 *
 * Its graphs name their inputs by role: `params/<name>`, `grads/<name>`, `state/<name>`, `tokens` (i32
 * [batch, context]), `targets` (i32 [batch, context], -1 where nothing is to be predicted), `step` and
 * `progress` (f32 scalars), `seed` (an i32 scalar, other at every step).
 */
export interface TracedProgram {
  /** `config` as exported by model.ts, for display only. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly parameters: readonly ParameterSpec[];
  /** Parameters in, `state/<name>` out: how the optimizer's state begins. */
  readonly state: Graph;
  /** The parts of the budget, in order; the last ends at 1. */
  readonly phases: readonly TracedPhase[];
  /** Parameters and `tokens` [evaluation batch, task context] in, `logits` [.., .., vocab] out. */
  readonly evaluation: Graph;
  /** The same for one sequence, to draw samples from. */
  readonly sampling: Graph;
  /** Parameters and state in, `params/<name>` out: the weights to judge, where the program averages them. */
  readonly averaged?: Graph;
  /** Of products, as the target said. The graphs here are as the program wrote them: whoever joins them rounds. */
  readonly precision?: 'f16';
}

export interface TracedPhase {
  /** The share of the budget, from 0 to 1, at which this phase ends. */
  readonly until: number;
  /** Sequences in a step, and tokens in a sequence. */
  readonly batch: number;
  readonly context: number;
  /** Parameters, tokens, targets, seed, step and progress in; `logits` out, and `loss` where the program has its own. */
  readonly forward: Graph;
  /** Parameters, grads, state, step, progress and seed in; updates of parameters and state. */
  readonly update: Graph;
}

export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly init: Initialiser;
}

/** How a parameter begins. Drawn on the host from the trial's seed and the parameter's name and shape. */
export type Initialiser =
  | { readonly kind: 'normal'; readonly mean: number; readonly std: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'orthogonal'; readonly gain: number };

/** What a trace is made for. */
export interface TraceTarget {
  readonly vocab: number;
  readonly context: number;
  /** Sequences in one evaluation run. */
  readonly evaluationBatch: number;
  /** Replaces every phase's batch size: parity with a reference run needs it, a trial never does. */
  readonly batch?: number;
  /** The task's, of products; the program is not told. */
  readonly precision?: 'f16';
}
