import type Anthropic from '@anthropic-ai/sdk';
import { RequestRefusedError } from './errors';

/** A model with what a request to it must know. */
export interface ChosenModel {
  readonly id: string;
  /** Most tokens of a reply. */
  readonly maxTokens: number;
  readonly thinking?: Anthropic.ThinkingConfigParam;
}

/** For models whose limits the API does not tell. */
const CAUTIOUS_TOKENS = 8192;
const THINKING_TOKENS = 8192;

/**
 * The model that was asked for; without a wish, the newest of the line that gives most for its price, or the
 * newest of all. An endpoint that lists no models is taken at the person's word.
 */
export function chooseModel(
  listed: readonly Anthropic.ModelInfo[],
  wish: string | undefined,
): ChosenModel {
  const names = listed.map(({ id }) => id).join(', ');
  if (wish === undefined) {
    const best = listed.find(({ line }) => line === 'sonnet') ?? listed[0];
    if (best) return withLimits(best);
    throw new RequestRefusedError('it lists no models; name one');
  }
  const found = listed.find(({ id }) => id === wish);
  if (found) return withLimits(found);
  if (listed.length === 0) return { id: wish, maxTokens: CAUTIOUS_TOKENS };
  throw new RequestRefusedError(`it has no model ${wish}; it lists: ${names}`);
}

function withLimits({ id, max_tokens, capabilities }: Anthropic.ModelInfo): ChosenModel {
  const maxTokens = max_tokens && max_tokens > 0 ? max_tokens : CAUTIOUS_TOKENS;
  const types = capabilities?.thinking?.types;
  if (types?.adaptive?.supported) {
    return { id, maxTokens, thinking: { type: 'adaptive', display: 'summarized' } };
  }
  if (types?.enabled?.supported && maxTokens > 2 * THINKING_TOKENS) {
    return { id, maxTokens, thinking: { type: 'enabled', budget_tokens: THINKING_TOKENS } };
  }
  return { id, maxTokens };
}
