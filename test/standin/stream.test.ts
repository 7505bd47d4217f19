import type Anthropic from '@anthropic-ai/sdk';
import { afterEach, expect, it } from 'vitest';
import { ASK, clientOf, goOn } from './client.ts';
import { call, type Script, say, think, thinkRedacted } from './reply.ts';
import { type StandIn, type StandInOptions, startStandIn } from './server.ts';

let standIn: StandIn;

afterEach(() => standIn.close());

async function start(script: Script, options: StandInOptions = {}): Promise<Anthropic> {
  standIn = await startStandIn({ script, ...options });
  return clientOf(standIn);
}

it('streams thinking, redacted thinking, text and a tool call as the SDK puts them together', async () => {
  const client = await start([
    [
      think('The learning rate looks low. Let me read the optimizer first, then decide.'),
      thinkRedacted(),
      say('I read the optimizer. Größe ≠ 大きさ 🙂, in pieces of a few characters each.'),
      call('read', { path: 'optimizer.ts', lines: [1, 2, 3], note: 'a "quoted" \\ note' }),
    ],
  ]);
  const seen: string[] = [];
  const stream = client.messages.stream({ ...ASK, thinking: { type: 'adaptive' } });
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
  const client = await start([[say('Done.'), call('read', { path: 'model.ts' })]]);
  const message = await client.messages.create(ASK);
  expect(message.content).toMatchObject([
    { type: 'text', text: 'Done.' },
    { type: 'tool_use', name: 'read', input: { path: 'model.ts' } },
  ]);
  expect(standIn.requests[0]!.answer).toMatchObject({ stop_reason: 'tool_use' });
});

it('goes on with a conversation in which a tool was used', async () => {
  const client = await start(({ turn, results, lastText }) =>
    turn === 0
      ? [think('Look first.'), call('read', { path: 'model.ts' })]
      : `${results[0]!.tool} said ${lastText}`,
  );
  const first = await client.messages.create(ASK);
  const second = await client.messages.create({
    ...ASK,
    messages: goOn(ASK.messages, first, 'export const depth = 2'),
  });
  expect(second.content).toMatchObject([{ text: 'read said export const depth = 2' }]);
  expect(standIn.requests.map(({ conversation, turn }) => [conversation, turn])).toEqual([
    [1, 0],
    [1, 1],
  ]);
});

it('keeps thinking back when only its signature was asked for', async () => {
  const client = await start([[think('secret plan'), say('Done.')]]);
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
  const client = await start([[think('plan'), say('Done.')]]);
  const message = await client.messages.create({ ...ASK, thinking: { type: 'disabled' } });
  expect(message.content.map(({ type }) => type)).toEqual(['text']);
});

it('stops where max_tokens or a stop sequence says', async () => {
  const client = await start(() => 'one two three four five six seven eight nine ten');
  const short = await client.messages.create({ ...ASK, max_tokens: 4 });
  expect(short.stop_reason).toBe('max_tokens');
  expect(short.content).toMatchObject([{ text: 'one two three ' }]);
  expect(short.usage.output_tokens).toBe(4);
  const stopped = await client.messages.create({ ...ASK, stop_sequences: ['six', 'four'] });
  expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'four' });
  expect(stopped.content).toMatchObject([{ text: 'one two three ' }]);
});

it('tells a script from the code under test when the script is wrong', async () => {
  const client = await start([[call('write', {})]]);
  await expect(client.messages.create(ASK)).rejects.toThrow(
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
  const client = await start(({ conversation }) => `I am ${conversation}`, {
    pace: { perEventMs: 5 },
  });
  const begin = async () => {
    const { content } = await client.messages.stream(ASK).finalMessage();
    return content[0]!.type === 'text' ? content[0]!.text : '';
  };
  expect((await Promise.all([begin(), begin()])).sort()).toEqual(['I am 1', 'I am 2']);
});

it('lets a script tell roles apart by their system prompts', async () => {
  const client = await start(({ system }) => (system.includes('critic') ? 'No.' : 'Yes.'));
  const asCritic = { ...ASK, system: [{ type: 'text' as const, text: 'You are a critic.' }] };
  expect((await client.messages.create(asCritic)).content).toMatchObject([{ text: 'No.' }]);
  expect((await client.messages.create(ASK)).content).toMatchObject([{ text: 'Yes.' }]);
});

it('tells conversations of words alone apart by what was said before', async () => {
  const client = await start(() => 'Yes.');
  const ask = (first: string, ...rest: Anthropic.MessageParam[]) =>
    client.messages.create({ ...ASK, messages: [{ role: 'user', content: first }, ...rest] });
  const rest: Anthropic.MessageParam[] = [
    { role: 'assistant', content: 'Yes.' },
    { role: 'user', content: 'Go on.' },
  ];
  await ask('Is it one?');
  await ask('Is it two?');
  await ask('Is it one?', ...rest);
  await ask('Is it two?', ...rest);
  expect(standIn.requests.map(({ conversation }) => conversation)).toEqual([1, 2, 1, 2]);
});

it('takes a system turn in mid-conversation after a user turn, where the model does', async () => {
  const client = await start(() => 'Yes.');
  const messages: Anthropic.MessageParam[] = [
    ...ASK.messages,
    { role: 'system', content: 'The budget is now two minutes.' },
  ];
  expect(await client.messages.create({ ...ASK, messages })).toMatchObject({ role: 'assistant' });
  await expect(
    client.messages.create({ ...ASK, messages, model: 'claude-haiku-4-5' }),
  ).rejects.toThrow("role 'system' is not supported on this model");
});

it('sends its events one by one when it is given a pace', async () => {
  const client = await start(() => 'A reply of several pieces, each a few characters long.', {
    pace: { firstByteMs: 5, perEventMs: 5 },
  });
  const stream = client.messages.stream(ASK);
  const open: boolean[] = [];
  stream.on('text', () => open.push(standIn.requests[0]!.whole === undefined));
  await stream.finalMessage();
  expect(open).toEqual([true, true, true]);
});
