import type { Family } from './edit';

/**
 * The kinds of edits by family: what `prefer` and `avoid` of a brief may name. Names alone, since the edits bring
 * a parser of TypeScript along, which whoever shows a brief does without. A test holds them to the table of edits.
 */
export const KINDS: Readonly<Record<Family, readonly string[]>> = {
  architecture: names(
    'activation gated-mlp remove-gate qk-norm remove-qk-norm attention-window remove-window',
    'alibi remove-alibi attention-cap remove-attention-cap rope remove-positions token-shift',
    'remove-token-shift norm-gains remove-gains norm-type embedding-norm remove-embedding-norm',
    'final-norm remove-final-norm parallel-branches dropout remove-dropout branch-norm',
    'remove-branch-norm value-residual logit-cap remove-logit-cap tie-weights untie-weights',
  ),
  optimizer: names(
    'learning-rate beta1 beta2 epsilon table-rate nesterov remove-nesterov remove-bias-correction',
    'lion gradient-clipping remove-clipping muon average-weights remove-averaging weight-decay',
    'remove-weight-decay',
  ),
  schedule: names('decay-shape decay-share warm-up remove-warm-up'),
  batch: names('batch-size batch-with-rate batch-phases remove-phases'),
  size: names('width layers heads mlp-size rope-base'),
  init: names('init-scale fan-in-init orthogonal-init zero-init remove-zero-init zero-head'),
  objective: names('z-loss label-smoothing loss-weight remove-loss'),
};

export const FAMILIES = Object.keys(KINDS) as readonly Family[];

const known = new Set<string>([...FAMILIES, ...Object.values(KINDS).flat()]);

/** Whether an item of `prefer` or `avoid`, in lower case, names a family or a kind. */
export function isNamed(item: string): boolean {
  return known.has(item);
}

function names(...lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(' '));
}
