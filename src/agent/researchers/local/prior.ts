import type { Family } from './edit';

/** What is believed of a kind of edit before it was tried in a study. */
export interface Prior {
  /** How often it helps. */
  readonly chance: number;
  /** By how much it helps then, in bpb. */
  readonly gain: number;
}

/** By family. In a budget of seconds or minutes the size of a model and its steps decide the most. */
const FAMILIES: Record<Family, Prior> = {
  size: { chance: 0.35, gain: 0.08 },
  optimizer: { chance: 0.25, gain: 0.03 },
  schedule: { chance: 0.25, gain: 0.02 },
  batch: { chance: 0.25, gain: 0.04 },
  architecture: { chance: 0.25, gain: 0.02 },
  init: { chance: 0.25, gain: 0.015 },
  objective: { chance: 0.1, gain: 0.01 },
};

/** Kinds that differ from their family, as known from published ablations of small language models. */
const KINDS: Readonly<Record<string, Prior>> = {
  width: { chance: 0.5, gain: 0.2 },
  layers: { chance: 0.4, gain: 0.12 },
  heads: { chance: 0.25, gain: 0.01 },
  'rope-base': { chance: 0.1, gain: 0.005 },
  'learning-rate': { chance: 0.35, gain: 0.05 },
  muon: { chance: 0.4, gain: 0.06 },
  epsilon: { chance: 0.1, gain: 0.005 },
  'decay-shape': { chance: 0.3, gain: 0.02 },
  activation: { chance: 0.35, gain: 0.02 },
  'gated-mlp': { chance: 0.3, gain: 0.02 },
  rope: { chance: 0.45, gain: 0.03 },
  'token-shift': { chance: 0.45, gain: 0.05 },
  'final-norm': { chance: 0.4, gain: 0.03 },
  'fan-in-init': { chance: 0.35, gain: 0.03 },
  'zero-init': { chance: 0.35, gain: 0.02 },
  dropout: { chance: 0.05, gain: 0.005 },
  combination: { chance: 0.4, gain: 0.02 },
  restart: { chance: 0.2, gain: 0.02 },
};

/** What takes something out again earns by being simpler, and hardly by its score. */
const REMOVAL: Prior = { chance: 0.2, gain: 0.006 };

export function priorOf(kind: string, family: Family | null): Prior {
  const own = KINDS[kind];
  if (own) return own;
  if (kind.startsWith('remove-')) return REMOVAL;
  return family ? FAMILIES[family] : REMOVAL;
}
