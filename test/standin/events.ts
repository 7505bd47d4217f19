import type Anthropic from '@anthropic-ai/sdk';
import type { Answer, OutBlock } from './answer.ts';

export type StreamEvent = Anthropic.RawMessageStreamEvent | { type: 'ping' };

/** Characters in a delta, much as the API sends them: a few tokens at a time. */
const PIECE = 24;

/**
 * The events of an answer, in the order that
 * https://platform.claude.com/docs/en/build-with-claude/streaming describes.
 */
export function* streamEvents(shell: Anthropic.Message, answer: Answer): Generator<StreamEvent> {
  yield {
    type: 'message_start',
    message: { ...shell, content: [], stop_reason: null, stop_sequence: null, stop_details: null },
  };
  yield { type: 'ping' };
  for (const [index, block] of answer.blocks.entries()) yield* blockEvents(block, index);
  yield {
    type: 'message_delta',
    delta: {
      container: null,
      stop_reason: answer.stopReason,
      stop_sequence: answer.stopSequence,
      stop_details: answer.stopDetails,
    },
    usage: {
      input_tokens: shell.usage.input_tokens,
      cache_creation_input_tokens: shell.usage.cache_creation_input_tokens,
      cache_read_input_tokens: shell.usage.cache_read_input_tokens,
      output_tokens: answer.outputTokens,
      output_tokens_details: { thinking_tokens: answer.thinkingTokens },
      server_tool_use: null,
    },
  };
  yield { type: 'message_stop' };
}

function* blockEvents(block: OutBlock, index: number): Generator<StreamEvent> {
  yield { type: 'content_block_start', index, content_block: emptied(block) };
  for (const delta of deltas(block)) yield { type: 'content_block_delta', index, delta };
  yield { type: 'content_block_stop', index };
}

/** A block as it begins; redacted thinking alone comes whole, with no deltas. */
function emptied(block: OutBlock): Anthropic.ContentBlock {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: '', citations: null };
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'redacted_thinking':
      return block;
    case 'tool_use':
      return {
        type: 'tool_use',
        id: block.id,
        name: block.name,
        input: {},
        caller: { type: 'direct' },
      };
  }
}

function* deltas(block: OutBlock): Generator<Anthropic.RawContentBlockDelta> {
  if (block.type === 'text')
    for (const text of pieces(block.text)) yield { type: 'text_delta', text };
  if (block.type === 'thinking') {
    for (const thinking of pieces(block.thinking)) yield { type: 'thinking_delta', thinking };
    yield { type: 'signature_delta', signature: block.signature };
  }
  if (block.type === 'tool_use') {
    yield { type: 'input_json_delta', partial_json: '' };
    for (const json of pieces(block.json)) yield { type: 'input_json_delta', partial_json: json };
  }
}

/** Cuts between characters, never inside one. */
function pieces(text: string): string[] {
  const characters = [...text];
  const count = Math.ceil(characters.length / PIECE);
  return Array.from({ length: count }, (_, index) =>
    characters.slice(index * PIECE, (index + 1) * PIECE).join(''),
  );
}
