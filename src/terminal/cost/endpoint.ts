import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Anthropic from '@anthropic-ai/sdk';
import { estimateTokens } from '../../agent/document/tokens';
import { type Measured, PrefixCache } from './prefix-cache';

/** One token of the lab's estimate. */
const WORD = 'so ';

/** One reply of the script: a tool call, with words and thoughts about so many tokens in all. */
export interface ScriptedReply {
  readonly tool: string;
  readonly input: object;
  readonly tokens: number;
}

export type Player = (body: Anthropic.MessageCreateParams) => ScriptedReply;

export interface Asked {
  readonly by: 'researcher' | 'critic' | 'director';
  readonly measured: Measured;
}

/** A server on this machine that answers the Messages API by a script, and measures what it is sent. */
export interface Endpoint {
  readonly url: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

export async function openEndpoint(player: Player): Promise<Endpoint> {
  const cache = new PrefixCache();
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      const failure = { type: 'invalid_request_error', message: String(error) };
      response.end(JSON.stringify({ type: 'error', error: failure }));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ type: 'error', error: { type: 'not_found_error' } }));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(
      Buffer.concat(chunks).toString('utf8'),
    ) as Anthropic.MessageCreateParams;
    const reply = player(body);
    const call = JSON.stringify(reply.input);
    const words = WORD.repeat(Math.max(1, reply.tokens - estimateTokens(call)));
    const output = estimateTokens(words) + estimateTokens(call);
    asked.push({ by: whoAsks(body), measured: cache.measure(body, output) });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(
      eventsOf(body.model, asked.length, words, reply.tool, call)
        .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
        .join(''),
    );
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Each part that Claude plays has tools of its own. */
export function whoAsks({ tools = [] }: Anthropic.MessageCreateParams): Asked['by'] {
  const names = tools.map((tool) => ('name' in tool ? tool.name : tool.type));
  if (names.includes('judge')) return 'critic';
  return names.includes('set_directions') ? 'director' : 'researcher';
}

/** A reply as the API streams it: what was thought, as words, and the call. */
function eventsOf(model: string, serial: number, words: string, tool: string, call: string) {
  const usage = { input_tokens: 0, output_tokens: 0 };
  const text = { type: 'text', text: '' };
  const use = { type: 'tool_use', id: `toolu_${serial}`, name: tool, input: {} };
  const delta = (index: number, what: object) => ({
    type: 'content_block_delta',
    index,
    delta: what,
  });
  return [
    {
      type: 'message_start',
      message: {
        ...{ id: `msg_${serial}`, type: 'message', role: 'assistant', model, usage },
        ...{ content: [], stop_reason: null, stop_sequence: null },
      },
    },
    { type: 'content_block_start', index: 0, content_block: text },
    delta(0, { type: 'text_delta', text: words }),
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1, content_block: use },
    delta(1, { type: 'input_json_delta', partial_json: call }),
    { type: 'content_block_stop', index: 1 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage },
    { type: 'message_stop' },
  ];
}
