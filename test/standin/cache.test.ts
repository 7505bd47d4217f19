import type Anthropic from '@anthropic-ai/sdk';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clientOf, READ } from './client.ts';
import { type StandIn, startStandIn } from './server.ts';

const MINUTE = 60_000;
const MARK = { cache_control: { type: 'ephemeral' } } as const;
const LONG_MARK = { cache_control: { type: 'ephemeral', ttl: '1h' } } as const;
/** About 1,430 tokens, beyond the minimum of the model; `name` makes it differ. */
const long = (name: string) => `${name} `.repeat(5000 / (name.length + 1));

let standIn: StandIn;
let client: Anthropic;
let now: number;

beforeEach(async () => {
  now = 0;
  standIn = await startStandIn({ script: () => 'Fine.', now: () => now });
  client = clientOf(standIn);
});
afterEach(() => standIn.close());

type Fields = Partial<Anthropic.MessageCreateParamsNonStreaming>;

/** What a request read from the cache, wrote to it and had to pay in full. */
async function usageOf(fields: Fields): Promise<{ read: number; wrote: number; rest: number }> {
  const { usage } = await client.messages.create({
    model: 'claude-sonnet-5-5',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Hello' }],
    ...fields,
  });
  expect(usage.cache_creation_input_tokens).toBe(
    usage.cache_creation!.ephemeral_5m_input_tokens +
      usage.cache_creation!.ephemeral_1h_input_tokens,
  );
  return {
    read: usage.cache_read_input_tokens!,
    wrote: usage.cache_creation_input_tokens!,
    rest: usage.input_tokens,
  };
}

const SYSTEM: Fields = { system: [{ type: 'text', text: long('system'), ...MARK }] };

it('writes a prefix once and reads it until five minutes have gone by without use', async () => {
  const first = await usageOf(SYSTEM);
  expect(first.read).toBe(0);
  expect(first.wrote).toBeGreaterThan(1400);
  expect(first.rest).toBeLessThan(20);
  now += 4 * MINUTE;
  expect(await usageOf(SYSTEM)).toEqual({ ...first, read: first.wrote, wrote: 0 });
  now += 4 * MINUTE;
  expect((await usageOf(SYSTEM)).read).toBe(first.wrote);
  now += 5 * MINUTE;
  expect(await usageOf(SYSTEM)).toEqual(first);
});

it('keeps a long-lived prefix for an hour, and tells the two kinds apart', async () => {
  const fields: Fields = {
    system: [{ type: 'text', text: long('system'), ...LONG_MARK }],
    messages: [{ role: 'user', content: [{ type: 'text', text: long('question'), ...MARK }] }],
  };
  const first = await usageOf(fields);
  const { cache_creation } = standIn.requests[0]!.usage!;
  expect(cache_creation!.ephemeral_1h_input_tokens).toBeGreaterThan(1400);
  expect(cache_creation!.ephemeral_5m_input_tokens).toBeGreaterThan(1400);
  now += 59 * MINUTE;
  const later = await usageOf(fields);
  expect(later.read).toBe(cache_creation!.ephemeral_1h_input_tokens);
  expect(later.read + later.wrote).toBe(first.wrote);
});

it('caches nothing below the minimum, and nothing without a breakpoint', async () => {
  const short: Fields = { system: [{ type: 'text', text: 'Be brief.', ...MARK }] };
  await usageOf(short);
  expect(await usageOf(short)).toMatchObject({ read: 0, wrote: 0 });
  const unmarked: Fields = { system: long('system') };
  await usageOf(unmarked);
  expect(await usageOf(unmarked)).toMatchObject({ read: 0, wrote: 0 });
  const larger: Fields = { ...SYSTEM, model: 'claude-opus-5-5' };
  await usageOf(larger);
  expect(await usageOf(larger)).toMatchObject({ read: 0, wrote: 0 });
});

it('reads the part that is the same: tools before system before messages', async () => {
  const tool = (description: string) => ({ ...READ, description, ...MARK });
  const fields = (tools: string, system: string, question: string): Fields => ({
    tools: [tool(long(tools))],
    system: [{ type: 'text', text: long(system), ...MARK }],
    messages: [{ role: 'user', content: [{ type: 'text', text: long(question), ...MARK }] }],
  });
  const first = await usageOf(fields('a', 'b', 'c'));
  const { tools, system, messages } = standIn.requests[0]!.parts!;
  expect(first).toEqual({ read: 0, wrote: tools + system + messages, rest: 0 });
  expect((await usageOf(fields('a', 'b', 'd'))).read).toBe(tools + system);
  expect((await usageOf(fields('a', 'd', 'c'))).read).toBe(tools);
  expect((await usageOf(fields('d', 'b', 'c'))).read).toBe(0);
  expect(await usageOf({ ...fields('a', 'b', 'c'), tool_choice: { type: 'auto' } })).toMatchObject({
    read: tools + system,
    wrote: messages,
  });
  expect((await usageOf({ ...fields('a', 'b', 'c'), model: 'claude-opus-5-5' })).read).toBe(0);
});

it('finds what an earlier breakpoint wrote within twenty blocks, and no farther', async () => {
  const turns = (count: number): Fields => ({
    messages: [
      {
        role: 'user',
        content: Array.from({ length: count }, (_, index) => ({
          type: 'text' as const,
          text: index === 0 ? long('start') : `part ${index}`,
          ...(index === count - 1 ? MARK : {}),
        })),
      },
    ],
  });
  const { wrote } = await usageOf(turns(2));
  expect((await usageOf(turns(21))).read).toBe(wrote);
  now += 5 * MINUTE;
  await usageOf(turns(2));
  expect((await usageOf(turns(22))).read).toBe(0);
});

it('moves with the conversation when the whole request is marked', async () => {
  const body: Fields = { ...MARK, system: long('system') };
  const first = await usageOf(body);
  const longer: Fields = {
    ...body,
    messages: [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Fine.' },
      { role: 'user', content: 'And now?' },
    ],
  };
  expect(await usageOf(longer)).toMatchObject({ read: first.wrote, rest: 0 });
});

it('has nothing yet for a request that comes while the first is not answered', async () => {
  standIn.setPace({ firstByteMs: 30 });
  const both = await Promise.all([usageOf(SYSTEM), usageOf(SYSTEM)]);
  expect(both.map(({ read }) => read)).toEqual([0, 0]);
  expect((await usageOf(SYSTEM)).read).toBe(both[0]!.wrote);
});

it('fills the cache without an answer when no tokens are asked for', async () => {
  const filled = await client.messages.create({
    model: 'claude-sonnet-5-5',
    max_tokens: 0,
    messages: [{ role: 'user', content: 'Hello' }],
    ...SYSTEM,
  });
  expect(filled.content).toEqual([]);
  expect((await usageOf(SYSTEM)).read).toBe(filled.usage.cache_creation_input_tokens);
});

it('adds up what all requests used', async () => {
  const first = await usageOf(SYSTEM);
  await usageOf(SYSTEM);
  const totals = standIn.usage();
  expect(totals).toMatchObject({ requests: 2, read: first.wrote, written: first.wrote });
  expect(totals.input).toBe(2 * (first.wrote + first.rest));
  expect(totals.cachedShare).toBeCloseTo(first.wrote / totals.input, 12);
});

it('counts the tokens that a request would have', async () => {
  const counted = await client.messages.countTokens({
    model: 'claude-sonnet-5-5',
    messages: [{ role: 'user', content: 'Hello' }],
    ...(SYSTEM as Pick<Anthropic.MessageCountTokensParams, 'system'>),
  });
  const { read, wrote, rest } = await usageOf(SYSTEM);
  expect(counted.input_tokens).toBe(read + wrote + rest);
});
