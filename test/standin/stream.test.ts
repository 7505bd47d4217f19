import Anthropic from '@anthropic-ai/sdk';
import { afterEach, expect, it } from 'vitest';
import { call, type Script, say, think, thinkRedacted } from './reply.ts';
import { STAND_IN_KEY, type StandIn, type StandInOptions, startStandIn } from './server.ts';

let standIn: StandIn;

afterEach(() => standIn.close());

const READ: Anthropic.Tool = {
  name: 'read',
  description: 'Reads a file',
  input_schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
};

async function clientOf(script: Script, options: StandInOptions = {}): Promise<Anthropic> {
  standIn = await startStandIn({ script, ...options });
  return new Anthropic({ baseURL: standIn.url, apiKey: STAND_IN_KEY, maxRetries: 0 });
}

const ASK = {
  model: 'claude-sonnet-5-5',
  max_tokens: 2000,
  messages: [{ role: 'user', content: 'Improve the model.' }],
} satisfies Anthropic.MessageCreateParams;

it('streams thinking, redacted thinking, text and a tool call as the SDK puts them together', async () => {
  const client = await clientOf([
    [
      think('The learning rate looks low. Let me read the optimizer first, then decide.'),
      thinkRedacted(),
      say('I read the optimizer. Größe ≠ 大きさ 🙂, in pieces of a few characters each.'),
      call('read', { path: 'optimizer.ts', lines: [1, 2, 3], note: 'a "quoted" \\ note' }),
    ],
  ]);
  const seen: string[] = [];
  const stream = client.messages.stream({ ...ASK, tools: [READ], thinking: { type: 'adaptive' } });
  stream.on('streamEvent', (event) => seen.push(event.type));
  const message = await stream.finalMessage();
  expect(message.content).toMatchObject([
    {
      type: 'thinking',
      thinking: 'The learning rate looks low. Let me read the optimizer first, then decide.',
      signature: expect.stringMatching(/./),
    },
    { type: 'redacted_thinking', data: expect.stringMatching(/./) },
    {
      type: 'text',
      text: 'I read the optimizer. Größe ≠ 大きさ 🙂, in pieces of a few characters each.',
    },
    {
      type: 'tool_use',
      name: 'read',
      input: { path: 'optimizer.ts', lines: [1, 2, 3], note: 'a "quoted" \\ note' },
    },
  ]);
  expect(message.stop_reason).toBe('tool_use');
  expect(message.usage.output_tokens).toBeGreaterThan(40);
  expect(message.usage.output_tokens_details!.thinking_tokens).toBeGreaterThan(10);
  expect(seen[0]).toBe('message_start');
  expect(seen.slice(-2)).toEqual(['message_delta', 'message_stop']);
  expect(seen.filter((type) => type === 'content_block_delta').length).toBeGreaterThan(10);
  expect(stream.request_id).toMatch(/^req_/);
});

it('answers the same without a stream', async () => {
  const client = await clientOf([[say('Done.'), call('read', { path: 'model.ts' })]]);
  const message = await client.messages.create({ ...ASK, tools: [READ] });
  expect(message.content).toMatchObject([
    { type: 'text', text: 'Done.' },
    { type: 'tool_use', name: 'read', input: { path: 'model.ts' } },
  ]);
  expect(standIn.requests[0]!.answer).toMatchObject({ stop_reason: 'tool_use' });
});

it('goes on with a conversation in which a tool was used', async () => {
  const client = await clientOf(({ turn, results, lastText }) =>
    turn === 0
      ? [think('Look first.'), call('read', { path: 'model.ts' })]
      : `${results[0]!.tool} said ${lastText}`,
  );
  const first = await client.messages.create({ ...ASK, tools: [READ] });
  const use = first.content.find((block) => block.type === 'tool_use')!;
  const second = await client.messages.create({
    ...ASK,
    tools: [READ],
    messages: [
      ...ASK.messages,
      { role: 'assistant', content: first.content },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: use.id, content: 'export const depth = 2' }],
      },
    ],
  });
  expect(second.content).toMatchObject([{ text: 'read said export const depth = 2' }]);
  expect(standIn.requests.map(({ conversation, turn }) => [conversation, turn])).toEqual([
    [1, 0],
    [1, 1],
  ]);
});

it('keeps thinking back when only its signature was asked for', async () => {
  const client = await clientOf([[think('secret plan'), say('Done.')]]);
  const message = await client.messages.create({
    ...ASK,
    thinking: { type: 'adaptive', display: 'omitted' },
  });
  expect(message.content[0]).toMatchObject({
    type: 'thinking',
    thinking: '',
    signature: expect.stringMatching(/./),
  });
});

it('does not think when thinking is off', async () => {
  const client = await clientOf([[think('plan'), say('Done.')]]);
  const message = await client.messages.create({ ...ASK, thinking: { type: 'disabled' } });
  expect(message.content.map(({ type }) => type)).toEqual(['text']);
});

it('stops where max_tokens or a stop sequence says', async () => {
  const client = await clientOf(() => 'one two three four five six seven eight nine ten');
  const short = await client.messages.create({ ...ASK, max_tokens: 4 });
  expect(short.stop_reason).toBe('max_tokens');
  expect(short.content).toMatchObject([{ text: 'one two three ' }]);
  expect(short.usage.output_tokens).toBe(4);
  const stopped = await client.messages.create({ ...ASK, stop_sequences: ['six', 'four'] });
  expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'four' });
  expect(stopped.content).toMatchObject([{ text: 'one two three ' }]);
});

it('tells a script from the code under test when the script is wrong', async () => {
  const client = await clientOf([[call('write', {})]]);
  await expect(client.messages.create({ ...ASK, tools: [READ] })).rejects.toThrow(
    'the script calls write, but the request offers read',
  );
  await expect(
    client.messages.create({
      ...ASK,
      messages: [
        ...ASK.messages,
        { role: 'assistant', content: 'ok' },
        { role: 'user', content: 'Go on.' },
      ],
    }),
  ).rejects.toThrow('the script has no turn 1');
  expect(standIn.scriptErrors).toHaveLength(2);
});

it('numbers conversations apart, also when two begin alike', async () => {
  const client = await clientOf(({ conversation }) => `I am ${conversation}`, {
    pace: { perEventMs: 5 },
  });
  const begin = async () => {
    const { content } = await client.messages.stream(ASK).finalMessage();
    return content[0]!.type === 'text' ? content[0]!.text : '';
  };
  expect((await Promise.all([begin(), begin()])).sort()).toEqual(['I am 1', 'I am 2']);
});
