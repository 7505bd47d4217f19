import { DEFAULT_LIMITS } from '../../kernels/graph/validate';

/** What tracing a program may cost at most. Generous for any program that a person would read. */
export const SANDBOX_LIMITS = {
  /** From the first character of the source to the last check of the last graph. */
  milliseconds: 5000,
  /** Memory of the program itself, while it is traced. */
  bytes: 64 * 2 ** 20,
  /** Depth of its calls. */
  stackBytes: 128 * 2 ** 10,
  /** Characters in one file. */
  sourceLength: 200_000,
  /** Nodes in all of its graphs together. */
  nodes: DEFAULT_LIMITS.nodes,
  /** Inputs of all those nodes together. */
  inputs: 10 * DEFAULT_LIMITS.nodes,
  /** Bytes of one tensor, and of all the tensors of one graph. */
  tensorBytes: DEFAULT_LIMITS.tensorBytes,
  totalBytes: DEFAULT_LIMITS.totalBytes,
  /** Named tensors: parameters, and tensors of the optimizer's state. */
  names: 5000,
  nameLength: 100,
  /** Characters of one message from inside the sandbox. */
  messageLength: 2 ** 20,
  /** Characters of `config`, and how deep it may be nested. */
  configLength: 20_000,
  configDepth: 8,
  phases: 32,
  /** Sequences in a step. */
  batch: 4096,
} as const;

export type SandboxLimits = { readonly [name in keyof typeof SANDBOX_LIMITS]: number };
