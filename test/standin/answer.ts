import { randomBytes } from 'node:crypto';
import type Anthropic from '@anthropic-ai/sdk';
import type { Fault } from './faults.ts';
import type { Reply } from './reply.ts';
import { REDACTED, type Signatures } from './signatures.ts';
import { BYTES_PER_TOKEN, tokensOfText } from './tokens.ts';

/** One block of an answer, as it goes over the wire: a call's input as the JSON text that is streamed. */
export type OutBlock =
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_use'; id: string; name: string; json: string };

export interface Answer {
  blocks: OutBlock[];
  stopReason: Anthropic.StopReason;
  stopSequence: string | null;
  stopDetails: Anthropic.RefusalStopDetails | null;
  outputTokens: number;
  thinkingTokens: number;
}

export interface AnswerContext {
  body: Anthropic.MessageCreateParams;
  thinks: boolean;
  signatures: Signatures;
}

/**
 * Makes the answer of a scripted reply: what the request allows of it (thinking, tools, stop
 * sequences, `max_tokens`), with ids and signatures.
 */
export function makeAnswer(reply: Reply, context: AnswerContext): Answer {
  checkCalls(reply, context.body);
  const answer: Answer = {
    blocks: [],
    stopReason: 'end_turn',
    stopSequence: null,
    stopDetails: reply.stopDetails ?? null,
    outputTokens: 0,
    thinkingTokens: 0,
  };
  const budget = context.body.max_tokens;
  for (const part of reply.parts) {
    const thinking = part.kind === 'thinking' || part.kind === 'redacted';
    if (thinking && !context.thinks) continue;
    const whole = part.kind === 'call' ? JSON.stringify(part.input) : part.text;
    const stop = part.kind === 'text' ? findStop(whole, context.body.stop_sequences) : undefined;
    const wanted = stop ? whole.slice(0, whole.indexOf(stop)) : whole;
    const text = fitting(wanted, budget - answer.outputTokens);
    const tokens = tokensOfText(text);
    answer.outputTokens += tokens;
    if (thinking) answer.thinkingTokens += tokens;
    if (text !== '' || wanted === '') answer.blocks.push(makeBlock(part, text, context));
    if (part.kind === 'call') answer.stopReason = 'tool_use';
    if (text.length < wanted.length) {
      answer.stopReason = 'max_tokens';
      return answer;
    }
    if (stop) {
      answer.stopReason = 'stop_sequence';
      answer.stopSequence = stop;
      return answer;
    }
  }
  answer.stopReason = reply.stop ?? answer.stopReason;
  answer.outputTokens = Math.max(1, answer.outputTokens);
  return answer;
}

/** A scripted model can only do what a model could: call the tools that it was given. */
function checkCalls(reply: Reply, body: Anthropic.MessageCreateParams): void {
  const calls = reply.parts.filter((part) => part.kind === 'call');
  const names = (body.tools ?? []).map((tool) => ('name' in tool ? tool.name : tool.type));
  for (const { name } of calls)
    if (!names.includes(name))
      throw new Error(
        `the script calls ${name}, but the request offers ${names.join(', ') || 'no tools'}`,
      );
  const choice = body.tool_choice;
  if (!choice) return;
  if (choice.type === 'none' && calls.length > 0)
    throw new Error('the script calls a tool, but tool_choice is none');
  if ((choice.type === 'any' || choice.type === 'tool') && calls.length === 0)
    throw new Error(`the script calls no tool, but tool_choice is ${choice.type}`);
  if (choice.type === 'tool' && calls.some(({ name }) => name !== choice.name))
    throw new Error(`the script calls another tool than tool_choice asks for (${choice.name})`);
  if (choice.type !== 'none' && choice.disable_parallel_tool_use && calls.length > 1)
    throw new Error('the script makes several calls, but tool_choice disables parallel tool use');
}

function makeBlock(part: Reply['parts'][number], text: string, context: AnswerContext): OutBlock {
  if (part.kind === 'text') return { type: 'text', text };
  if (part.kind === 'redacted')
    return { type: 'redacted_thinking', data: context.signatures.sign(REDACTED) };
  if (part.kind === 'call')
    return { type: 'tool_use', id: freshId('toolu_01'), name: part.name, json: text };
  const config = context.body.thinking;
  const shown = config && 'display' in config && config.display === 'omitted' ? '' : text;
  return { type: 'thinking', thinking: shown, signature: context.signatures.sign(shown) };
}

function findStop(text: string, stops: string[] | undefined): string | undefined {
  return (stops ?? [])
    .filter((stop) => text.includes(stop))
    .sort((a, b) => text.indexOf(a) - text.indexOf(b))[0];
}

/** As much of a text as so many tokens hold. */
function fitting(text: string, tokens: number): string {
  if (tokensOfText(text) <= tokens) return text;
  const bytes = Buffer.from(text).subarray(0, Math.max(0, Math.floor(tokens * BYTES_PER_TOKEN)));
  return new TextDecoder('utf-8').decode(bytes).replace(/\uFFFD+$/, '');
}

/** Reshapes an answer as a fault asks; faults of the connection leave it as it is. */
export function spoil(answer: Answer, fault: Fault): Answer {
  const at = answer.blocks.findIndex((block) => block.type === 'tool_use');
  const call = answer.blocks[at] as Extract<OutBlock, { type: 'tool_use' }> | undefined;
  const withCall = (change: Partial<typeof call>, last = answer.blocks.length): Answer => ({
    ...answer,
    blocks: answer.blocks
      .map((block) => (block === call ? { ...call!, ...change } : block))
      .slice(0, last),
  });
  switch (fault.kind) {
    case 'wrongTool':
      return withCall({ name: fault.name });
    case 'wrongInput':
      return withCall({ json: JSON.stringify(fault.input) });
    case 'malformedJson':
      return withCall({
        json: fault.how === 'truncated' ? half(call!.json) : `${half(call!.json)}" oops: }{`,
      });
    case 'cutCall':
      return { ...withCall({ json: half(call!.json) }, at + 1), stopReason: 'max_tokens' };
    case 'empty':
      return { ...answer, blocks: [], stopReason: 'end_turn', outputTokens: 1, thinkingTokens: 0 };
    case 'refusal':
      return {
        ...answer,
        blocks: fault.text ? [{ type: 'text', text: fault.text }] : [],
        stopReason: 'refusal',
        stopDetails: { type: 'refusal', category: fault.category ?? null, explanation: null },
      };
    default:
      return answer;
  }
}

/** A block as the client will hold it. A call whose JSON does not parse has an empty input. */
export function toContent(block: OutBlock): Anthropic.ContentBlock {
  if (block.type === 'text') return { type: 'text', text: block.text, citations: null };
  if (block.type !== 'tool_use') return block;
  const { id, name, json } = block;
  return { type: 'tool_use', id, name, input: parsed(json), caller: { type: 'direct' } };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}

function half(json: string): string {
  return json.slice(0, Math.max(1, Math.floor(json.length / 2)));
}

export function freshId(prefix: string): string {
  return prefix + randomBytes(18).toString('base64url').replace(/[-_]/g, 'A');
}
