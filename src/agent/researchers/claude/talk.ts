import type Anthropic from '@anthropic-ai/sdk';
import type { Clock } from '../../clock';
import type { Api } from './api';
import type { Conversation } from './conversation';
import { NoProposalError, TooLongError } from './errors';
import type { Tell } from './events';
import type { Meter, Tokens } from './meter';
import type { ChosenModel } from './model';
import { SYSTEM_PROMPT } from './prompt';
import { retried } from './retry';

/** Tokens that a reply may have at first; doubled whenever one is cut. */
const FIRST_MAX = 16_384;
/** Replies in a row that are refusals, empty or cut before this attempt ends. */
const UNUSABLE = 4;

export interface TalkOptions {
  readonly api: Api;
  /** What holds for every request; default: the researcher's. */
  readonly system?: string;
  readonly model: ChosenModel;
  readonly tools: Anthropic.Tool[];
  readonly meter: Meter;
  /** What this researcher alone costs, where the meter is shared: told in place of the meter's count. */
  readonly own?: Meter;
  readonly clock: Clock;
  readonly tell: Tell;
  /** Before each request, to add to the conversation what came up meanwhile; throws CapReachedError. */
  readonly beforeRequest: () => void;
}

/**
 * The next reply that can be used: asked for again where it is a refusal, empty or cut by max_tokens. Nothing of
 * an unusable reply enters the conversation. Throws what `retried` throws, TooLongError where the context is
 * full, and NoProposalError when it stays unusable.
 */
export async function nextReply(
  conversation: Pick<Conversation, 'messages'>,
  {
    api,
    system = SYSTEM_PROMPT,
    model,
    tools,
    meter,
    own,
    clock,
    tell,
    beforeRequest,
  }: TalkOptions,
  signal: AbortSignal,
): Promise<Anthropic.Message> {
  let maxTokens = Math.min(FIRST_MAX, model.maxTokens);
  let last = '';
  // Made anew for each request: what was heard in a wait goes along.
  const bodyNow = (): Anthropic.MessageStreamParams => ({
    model: model.id,
    max_tokens: maxTokens,
    system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral', ttl: '1h' } }],
    tools,
    messages: conversation.messages(),
    ...(model.thinking && { thinking: model.thinking }),
  });
  for (let attempt = 0; attempt < UNUSABLE; attempt++) {
    const message = await retried(
      () => {
        beforeRequest();
        tell({ type: 'asking', request: meter.spent.requests + 1 });
        const listener = {
          thinking: (delta: string) => tell({ type: 'thinking', delta }),
          text: (delta: string) => tell({ type: 'text', delta }),
          toolInput: (delta: string) => tell({ type: 'tool-input', delta }),
        };
        return api.reply(bodyNow(), listener, signal);
      },
      { clock, tell, signal },
    );
    const tokens = tokensOf(message.usage);
    const all = meter.count(model.id, tokens);
    tell({ type: 'spent', spent: own?.count(model.id, tokens) ?? all });
    const reason = unusable(message);
    if (reason === null) return message;
    if (message.stop_reason === 'max_tokens') maxTokens = Math.min(model.maxTokens, 2 * maxTokens);
    last = reason;
    tell({ type: 'asked-again', reason });
  }
  throw new NoProposalError(`${UNUSABLE} replies in a row could not be used; last: ${last}`);
}

function unusable({ stop_reason, stop_details, content }: Anthropic.Message): string | null {
  if (stop_reason === 'model_context_window_exceeded') {
    throw new TooLongError('the conversation is longer than the model reads');
  }
  if (stop_reason === 'max_tokens') return 'the reply was cut at its longest';
  if (stop_reason === 'refusal') {
    const category = stop_details?.type === 'refusal' ? stop_details.category : null;
    return `the model refused${category ? ` (${category})` : ''}; another model may not`;
  }
  const useful = content.some(
    (block) => block.type === 'tool_use' || (block.type === 'text' && block.text.trim() !== ''),
  );
  return useful ? null : 'the reply was empty';
}

/** Endpoints of others may leave parts of the usage out. */
function tokensOf(usage: Anthropic.Usage): Tokens {
  const written = usage.cache_creation_input_tokens ?? 0;
  const hour = usage.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  return {
    input: usage.input_tokens ?? 0,
    output: usage.output_tokens ?? 0,
    cacheWrite: Math.max(0, written - hour),
    cacheWriteHour: hour,
    cacheRead: usage.cache_read_input_tokens ?? 0,
  };
}
