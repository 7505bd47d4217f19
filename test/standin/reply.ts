import type Anthropic from '@anthropic-ai/sdk';

/** One thing "the model" says in a turn. */
export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'thinking'; text: string }
  | { kind: 'redacted'; text: string }
  | { kind: 'call'; name: string; input: unknown; json?: string };

/** How slowly a reply arrives, in milliseconds of real time. */
export interface Pace {
  firstByteMs?: number;
  perEventMs?: number;
}

/** A turn in full. `stop` is worked out from the parts and the request unless it is given. */
export interface Reply {
  parts: Part[];
  stop?: Anthropic.StopReason;
  stopDetails?: Anthropic.RefusalStopDetails;
  pace?: Pace;
}

export type ScriptedTurn = Reply | Part[] | string;

/** What a script may look at when it decides what to say. */
export interface ScriptRequest {
  body: Anthropic.MessageCreateParams;
  /** 1 for the first conversation that this server saw, and so on. */
  conversation: number;
  /** How many turns of the script the request already holds: 0 at its beginning. */
  turn: number;
  /** The text of the system prompt, by which a script can tell one role from another. */
  system: string;
  /** The text of the newest user turn: its text blocks and the text of its tool results, in order. */
  lastText: string;
  /** The tool results of the newest user turn, by the name of the tool that they answer. */
  results: { tool: string; text: string; isError: boolean }[];
}

/** The model's behaviour: a function, or what it says turn by turn, the same in every conversation. */
export type Script =
  | ScriptedTurn[]
  | ((request: ScriptRequest) => ScriptedTurn | Promise<ScriptedTurn>);

export const say = (text: string): Part => ({ kind: 'text', text });
export const think = (text: string): Part => ({ kind: 'thinking', text });
export const thinkRedacted = (text = 'withheld'): Part => ({ kind: 'redacted', text });
export const call = (name: string, input: unknown): Part => ({ kind: 'call', name, input });

/** Runs the script for one request. A list that is used up means that the test expected no more turns. */
export async function runScript(script: Script, request: ScriptRequest): Promise<Reply> {
  const turn = typeof script === 'function' ? await script(request) : script[request.turn];
  if (turn === undefined)
    throw new Error(
      `the script has no turn ${request.turn} for conversation ${request.conversation}: it ends before`,
    );
  if (typeof turn === 'string') return { parts: [say(turn)] };
  return Array.isArray(turn) ? { parts: turn } : turn;
}

/** The words of the system prompt, of one block or of many. */
export function systemText(system: Anthropic.MessageCreateParams['system']): string {
  return typeof system === 'string' ? system : (system ?? []).map(({ text }) => text).join('\n');
}

/** What a script reads from the newest user turn. */
export function readLastTurn(
  messages: Anthropic.MessageParam[],
): Pick<ScriptRequest, 'lastText' | 'results'> {
  const names = new Map<string, string>();
  for (const block of messages.flatMap(blocksOf))
    if (block.type === 'tool_use') names.set(block.id, block.name);
  const last = messages.findLast((message) => message.role === 'user');
  const texts: string[] = [];
  const results: ScriptRequest['results'] = [];
  for (const block of last ? blocksOf(last) : []) {
    if (block.type === 'text') texts.push(block.text);
    if (block.type !== 'tool_result') continue;
    const text = textOfResult(block);
    texts.push(text);
    results.push({
      tool: names.get(block.tool_use_id) ?? '',
      text,
      isError: block.is_error === true,
    });
  }
  return { lastText: texts.join('\n'), results };
}

function textOfResult(block: Anthropic.ToolResultBlockParam): string {
  if (typeof block.content === 'string') return block.content;
  return (block.content ?? []).map((inner) => (inner.type === 'text' ? inner.text : '')).join('\n');
}

/** A turn's content as blocks: a plain string is short for one text block. */
export function blocksOf(message: Anthropic.MessageParam): Anthropic.ContentBlockParam[] {
  return typeof message.content === 'string'
    ? [{ type: 'text', text: message.content }]
    : message.content;
}
