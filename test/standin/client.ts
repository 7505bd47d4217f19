import Anthropic, { type ClientOptions } from '@anthropic-ai/sdk';
import { STAND_IN_KEY, type StandIn } from './server.ts';

/** The real client, pointed at the stand-in. It does not try again by itself unless it is told to. */
export function clientOf(standIn: StandIn, options: ClientOptions = {}): Anthropic {
  return new Anthropic({ baseURL: standIn.url, apiKey: STAND_IN_KEY, maxRetries: 0, ...options });
}

export const READ: Anthropic.Tool = {
  name: 'read',
  description: 'Reads a file.',
  input_schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
};

/** A request that keeps every rule. */
export const ASK = {
  model: 'claude-sonnet-5-5',
  max_tokens: 2000,
  tools: [READ],
  messages: [{ role: 'user', content: 'Improve the model.' }],
} satisfies Anthropic.MessageCreateParams;

/** The conversation after an answer: what was said, the results of its calls, and what else the user says. */
export function goOn(
  messages: Anthropic.MessageParam[],
  answer: Anthropic.Message,
  result: string,
): Anthropic.MessageParam[] {
  const results = answer.content.flatMap((block) =>
    block.type === 'tool_use'
      ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: result }]
      : [],
  );
  return [
    ...messages,
    { role: 'assistant', content: answer.content },
    { role: 'user', content: results.length > 0 ? results : result },
  ];
}
