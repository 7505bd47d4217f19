import type { Attrs } from '../../graph/types';
import { attrBoolean, attrNumber } from '../op';

/** How a query scores the keys, as the five attributes that every op of attention carries. */
export interface AttentionSettings {
  /** Whether a query sees only itself and what came before it. */
  readonly causal: boolean;
  /** How many positions a query reaches, itself included; 0 for no limit. */
  readonly window: number;
  readonly scale: number;
  /** The score s becomes softcap * tanh(s / softcap); 0 leaves it as it is. */
  readonly softcap: number;
  /** Whether distance lowers the score (Press et al. 2021, "Train Short, Test Long"). */
  readonly alibi: boolean;
}

export const ATTENTION_ATTRS = {
  causal: 'boolean',
  window: 'int',
  scale: 'number',
  softcap: 'number',
  alibi: 'boolean',
} as const;

export function attentionSettings(attrs: Attrs): AttentionSettings {
  return {
    causal: attrBoolean(attrs, 'causal'),
    window: attrNumber(attrs, 'window'),
    scale: attrNumber(attrs, 'scale'),
    softcap: attrNumber(attrs, 'softcap'),
    alibi: attrBoolean(attrs, 'alibi'),
  };
}

/** The keys that query i of T sees, `first` to `last` included. It always sees itself. */
export function keysSeen(
  { causal, window }: AttentionSettings,
  i: number,
  T: number,
): { first: number; last: number } {
  const reach = window > 0 ? window - 1 : T;
  return {
    first: Math.max(0, i - reach),
    last: causal ? i : Math.min(T - 1, i + reach),
  };
}

/** How many pairs of query and key one head of a sequence of T scores. */
export function pairsSeen(settings: AttentionSettings, T: number): number {
  const reach = Math.min(settings.window > 0 ? settings.window : T, T);
  // Query i reaches back to min(i + 1, reach) keys; without causality as many ahead, itself once.
  const back = (reach * (reach + 1)) / 2 + (T - reach) * reach;
  return settings.causal ? back : 2 * back - T;
}

/** What ALiBi takes from the score of head h of H for each position of distance. */
export function alibiSlope({ alibi }: AttentionSettings, h: number, H: number): number {
  return alibi ? 2 ** ((-8 * (h + 1)) / H) : 0;
}
