import type Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ASK, clientOf, goOn, READ } from './client.ts';
import { call, think, thinkRedacted } from './reply.ts';
import { type StandIn, startStandIn } from './server.ts';

let standIn: StandIn;
let client: Anthropic;

beforeAll(async () => {
  standIn = await startStandIn({
    script: ({ turn }) =>
      turn < 3 ? [think(`thought ${turn}`), thinkRedacted(), call('read', { path: 'a' })] : 'Done.',
  });
  client = clientOf(standIn);
});
afterAll(() => standIn.close());

/** Sends what the types would not let through, and gives the words of the refusal. */
async function refusal(body: object): Promise<string> {
  try {
    // With a time-out of its own the client sends what it would call too long for one answer.
    await client.messages.create(body as Anthropic.MessageCreateParamsNonStreaming, {
      timeout: 20_000,
    });
    return 'accepted';
  } catch (error) {
    const { status, apiMessage } = error as { status: number; apiMessage: string };
    return `${status} ${apiMessage}`;
  }
}

const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });
const use = (id: string, name = 'read') => ({ type: 'tool_use', id, name, input: {} });
const result = (id: string, more = {}) => ({ type: 'tool_result', tool_use_id: id, ...more });
const text = (words: string, more = {}) => ({ type: 'text', text: words, ...more });
const MARK = { cache_control: { type: 'ephemeral' } };
const LONG_MARK = { cache_control: { type: 'ephemeral', ttl: '1h' } };
const messages = (...turns: unknown[]) => ({ ...ASK, messages: turns });
const tool = (more: object) => ({ ...ASK, tools: [{ ...READ, ...more }] });
const schema = (input_schema: unknown) => tool({ input_schema });

describe('a body that breaks a rule is refused with the rule', () => {
  it.each<[string, object, string]>([
    ['no messages', messages(), 'messages: at least one message is required'],
    [
      'assistant first',
      messages(assistant('a'), user('b')),
      'first message must use the "user" role',
    ],
    ['two users in a row', messages(user('a'), user('b')), 'roles must alternate'],
    [
      'two assistants in a row',
      messages(user('a'), assistant('b'), assistant('c'), user('d')),
      'roles must alternate',
    ],
    [
      'an unknown role',
      messages({ role: 'tool', content: 'a' }),
      'messages.0.role: Input should be',
    ],
    ['a field of a turn', messages({ ...user('a'), name: 'x' }), 'messages.0.name: Extra inputs'],
    ['a system turn first', messages({ role: 'system', content: 'a' }), 'first message must use'],
    [
      'a system turn after an assistant',
      messages(user('a'), assistant('b'), { role: 'system', content: 'c' }),
      'a "system" message must follow a "user" message',
    ],
    [
      'an empty text block',
      messages(user([text('')])),
      'messages.0.content.0.text: text content blocks must be non-empty',
    ],
    ['a blank text block', messages(user([text(' \n')])), 'must contain non-whitespace text'],
    [
      'a marked empty block',
      messages(user([text('', MARK)])),
      'cache_control cannot be set for empty text blocks',
    ],
    [
      'an empty turn',
      messages(user('a'), assistant([]), user('b')),
      'messages.1: all messages must have non-empty content',
    ],
    ['an empty string', messages(user('')), 'messages.0: all messages must have non-empty content'],
    [
      'a call without a result',
      messages(user('a'), assistant([use('t1')]), user('b')),
      'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1',
    ],
    [
      'a call with only one of two results',
      messages(user('a'), assistant([use('t1'), use('t2')]), user([result('t1')])),
      'immediately after: t2',
    ],
    [
      'a result without a call',
      messages(user('a'), assistant('b'), user([result('t1')])),
      'messages.2.content.0: unexpected `tool_use_id` found in `tool_result` blocks: t1',
    ],
    [
      'a result of an older call',
      messages(
        user('a'),
        assistant([use('t1')]),
        user([result('t1')]),
        assistant('b'),
        user([result('t1')]),
      ),
      'messages.4.content.0: unexpected `tool_use_id`',
    ],
    [
      'two results of one call',
      messages(user('a'), assistant([use('t1')]), user([result('t1'), result('t1')])),
      'each tool_use must have a single result',
    ],
    [
      'a result after text',
      messages(user('a'), assistant([use('t1')]), user([text('b'), result('t1')])),
      'messages.2.content.1: `tool_result` blocks must come first',
    ],
    [
      'the same id twice',
      messages(
        user('a'),
        assistant([use('t1')]),
        user([result('t1')]),
        assistant([use('t1')]),
        user([result('t1')]),
      ),
      '`tool_use` ids must be unique: t1',
    ],
    [
      'a call in a user turn',
      messages(user([use('t1')])),
      'messages.0.content.0.type: Input should be one of',
    ],
    [
      'an id with a space',
      messages(user('a'), assistant([use('t 1')]), user('b')),
      'should match pattern',
    ],
    [
      'an empty text in a result',
      messages(user('a'), assistant([use('t1')]), user([result('t1', { content: [text('')] })])),
      'messages.2.content.0.content.0.text: text content blocks must be non-empty',
    ],
    [
      'results without tools',
      { ...messages(user('a'), assistant([use('t1')]), user([result('t1')])), tools: [] },
      'must define tools',
    ],
    [
      'an end on the assistant',
      messages(user('a'), assistant('b')),
      'does not support assistant message prefill',
    ],
    [
      'an end on white space',
      { ...messages(user('a'), assistant('b ')), model: 'claude-haiku-4-5' },
      'final assistant content cannot end with trailing whitespace',
    ],
    [
      'five breakpoints',
      {
        ...messages(user([text('a', MARK), text('b', MARK), text('c', MARK)])),
        system: [text('s', MARK)],
        tools: [{ ...READ, ...MARK }],
      },
      'A maximum of 4 blocks with cache_control may be provided. Found 5.',
    ],
    [
      'a short-lived breakpoint before a long-lived one',
      { ...messages(user([text('a', LONG_MARK)])), system: [text('s', MARK)] },
      "a ttl='1h' cache_control block must not come after a ttl='5m'",
    ],
    [
      'another life',
      { ...ASK, system: [text('s', { cache_control: { type: 'ephemeral', ttl: '2h' } })] },
      'system.0.cache_control.ttl',
    ],
    [
      'a tool name with a space',
      tool({ name: 'read file' }),
      'tools.0.name: String should match pattern',
    ],
    ['two tools of one name', { ...ASK, tools: [READ, READ] }, 'Tool names must be unique: read'],
    [
      'no schema',
      tool({ input_schema: undefined }),
      'tools.0.input_schema: Input should be an object',
    ],
    [
      'a schema of a string',
      schema({ type: 'string' }),
      "tools.0.input_schema.type: Input should be 'object'",
    ],
    [
      'an unknown type',
      schema({ type: 'object', properties: { a: { type: 'text' } } }),
      'input_schema.properties.a.type',
    ],
    [
      'a required field that is not there',
      schema({ type: 'object', required: ['a'] }),
      '"a" is not among the properties',
    ],
    [
      'an empty enum',
      schema({ type: 'object', properties: { a: { enum: [] } } }),
      'properties.a.enum: List should have',
    ],
    [
      'a bad pattern',
      schema({ type: 'object', properties: { a: { pattern: '(' } } }),
      'properties.a.pattern',
    ],
    [
      'a negative length',
      schema({ type: 'object', properties: { a: { maxLength: -1 } } }),
      'properties.a.maxLength',
    ],
    [
      'an open strict tool',
      tool({ strict: true }),
      "'additionalProperties' must be explicitly set to false",
    ],
    [
      'a choice without tools',
      { ...ASK, tools: undefined, tool_choice: { type: 'auto' } },
      'only be specified while providing tools',
    ],
    [
      'a choice that is not there',
      { ...ASK, tool_choice: { type: 'tool', name: 'write' } },
      "Tool 'write' not found",
    ],
    [
      'a forced tool while thinking',
      { ...ASK, thinking: { type: 'adaptive' }, tool_choice: { type: 'any' } },
      'Thinking may not be enabled when tool_choice forces',
    ],
    [
      'a budget of all tokens',
      { ...ASK, thinking: { type: 'enabled', budget_tokens: 2000 } },
      '`max_tokens` must be greater than `thinking.budget_tokens`',
    ],
    [
      'a small budget',
      { ...ASK, thinking: { type: 'enabled', budget_tokens: 1000 } },
      'thinking.budget_tokens: Input should be greater than or equal to 1024',
    ],
    [
      'a budget where none is taken',
      { ...ASK, model: 'claude-opus-5-5', thinking: { type: 'enabled', budget_tokens: 1024 } },
      'thinking.type: "enabled" is not supported by claude-opus-5-5',
    ],
    [
      'an effort where none is taken',
      { ...ASK, model: 'claude-haiku-4-5', output_config: { effort: 'low' } },
      'output_config.effort',
    ],
    ['a temperature', { ...ASK, temperature: 0.5 }, 'temperature: Extra inputs are not permitted'],
    [
      'no max_tokens',
      { ...ASK, max_tokens: undefined },
      'max_tokens: Input should be a whole number',
    ],
    [
      'too many tokens',
      { ...ASK, max_tokens: 64_001 },
      'max_tokens: Input should be at most 64000',
    ],
    ['a field of nobody', { ...ASK, colour: 'red' }, 'colour: Extra inputs are not permitted'],
    ['a blank stop sequence', { ...ASK, stop_sequences: [' '] }, 'must contain non-whitespace'],
  ])('%s', async (_, body, words) => {
    const refused = await refusal(body);
    expect(refused).toMatch(/^400 /);
    expect(refused).toContain(words);
    expect(standIn.violations.at(-1)).toContain(words);
  });

  it('names a model that is not there with 404', async () => {
    expect(await refusal({ ...ASK, model: 'claude-none' })).toBe('404 model: claude-none');
  });

  it('refuses a prompt that is longer than the context', async () => {
    const body = { ...messages(user('word '.repeat(160_000))), model: 'claude-haiku-4-5' };
    expect(await refusal(body)).toMatch(/^400 prompt is too long: \d+ tokens > 200000 maximum/);
  });
});

describe('sampling in the old version of the API', () => {
  const old = { headers: { 'anthropic-version': '2023-06-01' } };
  it('may be set, but not away from 1 while thinking', async () => {
    const cool = { ...ASK, temperature: 0.5 };
    await expect(client.messages.create(cool, old)).resolves.toBeDefined();
    await expect(
      client.messages.create({ ...cool, thinking: { type: 'adaptive' } }, old),
    ).rejects.toThrow('may only be set to 1 when thinking is enabled');
  });
});

describe('thinking that comes back', () => {
  const THINKING = { ...ASK, thinking: { type: 'adaptive' } } as const;

  async function twoTurns() {
    const first = await client.messages.create(THINKING);
    return goOn(ASK.messages, first, 'contents');
  }

  /** The conversation with the content of its assistant turn replaced. */
  async function edited(change: (content: Anthropic.ContentBlockParam[]) => unknown) {
    const turns = await twoTurns();
    const content = change(turns[1]!.content as Anthropic.ContentBlockParam[]);
    return refusal({ ...THINKING, messages: [turns[0], assistant(content), turns[2]] });
  }

  it('is taken as it was', async () => {
    expect(await edited((content) => content)).toBe('accepted');
  });

  it('is refused with another text', async () => {
    expect(await edited(([first, ...rest]) => [{ ...first, thinking: 'other' }, ...rest])).toMatch(
      /^400 messages\.1\.content\.0: Invalid `signature` in `thinking` block/,
    );
  });

  it('is refused with the data of something else', async () => {
    expect(
      await edited(([first, second, ...rest]) => [first, { ...second, data: 'x' }, ...rest]),
    ).toMatch(/^400 messages\.1\.content\.1: Invalid `data` in `redacted_thinking` block/);
  });

  it('is missed when it was left out', async () => {
    expect(await edited((content) => content.slice(2))).toMatch(
      /^400 messages\.1\.content\.0\.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`/,
    );
  });

  it('is missed when one block of two was left out, or they changed places', async () => {
    const words = /^400 messages\.1: .*cannot be left out, added or reordered/;
    expect(await edited((content) => content.slice(1))).toMatch(words);
    expect(await edited(([a, b, ...rest]) => [b, a, ...rest])).toMatch(words);
  });

  it('may be left out once the calls of that turn are over, or with thinking off', async () => {
    const turns = await twoTurns();
    const bare = assistant((turns[1]!.content as Anthropic.ContentBlockParam[]).slice(2));
    const later = [turns[0], bare, turns[2], assistant([text('ok')]), user('Go on.')];
    expect(await refusal({ ...THINKING, messages: later })).toBe('accepted');
    const off = { ...ASK, thinking: { type: 'disabled' }, messages: [turns[0], bare, turns[2]] };
    expect(await refusal(off)).toBe('accepted');
  });

  it('is known again by a server that was started anew', async () => {
    const turns = await twoTurns();
    const second = await startStandIn({ script: () => 'Done.' });
    const answer = await clientOf(second).messages.create({ ...THINKING, messages: turns });
    await second.close();
    expect(answer.stop_reason).toBe('end_turn');
  });
});

it('takes a whole conversation that keeps the rules', async () => {
  let turns: Anthropic.MessageParam[] = ASK.messages;
  for (let turn = 0; turn < 4; turn++) {
    const answer = await client.messages.stream({ ...ASK, messages: turns }).finalMessage();
    turns = goOn(turns, answer, `result ${turn}`);
  }
  expect(turns).toHaveLength(9);
});
