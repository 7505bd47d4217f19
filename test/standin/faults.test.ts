import Anthropic from '@anthropic-ai/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ASK, clientOf, goOn, READ } from './client.ts';
import { type Fault, faults } from './faults.ts';
import { call, say, think } from './reply.ts';
import { STAND_IN_KEY, type StandIn, startStandIn } from './server.ts';

let standIn: StandIn;
let client: Anthropic;

beforeEach(async () => {
  standIn = await startStandIn({
    script: [
      [think('I look first.'), say('Reading.'), call('read', { path: 'model.ts' })],
      [say('Done.')],
    ],
  });
  client = clientOf(standIn);
});
afterEach(() => standIn.close());

const streamed = (body: object = {}) => client.messages.stream({ ...ASK, ...body }).finalMessage();
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as InstanceType<typeof Anthropic.APIError>,
  );

describe('answers that are errors', () => {
  it.each<[string, Fault, number, string | null, unknown]>([
    ['429', faults.rateLimited(7), 429, 'rate_limit_error', Anthropic.RateLimitError],
    ['529', faults.overloaded(), 529, 'overloaded_error', Anthropic.InternalServerError],
    ['500', faults.serverError(), 500, 'api_error', Anthropic.InternalServerError],
    ['502 from a proxy', faults.badGateway(), 502, null, Anthropic.InternalServerError],
    ['401', faults.unauthorized(), 401, 'authentication_error', Anthropic.AuthenticationError],
    ['403', faults.revoked(), 403, 'permission_error', Anthropic.PermissionDeniedError],
    ['no credit', faults.noCredit(), 400, 'invalid_request_error', Anthropic.BadRequestError],
  ])('%s', async (_, fault, status, type, kind) => {
    standIn.faults.add(fault);
    const failure = await failureOf(streamed());
    expect(failure).toBeInstanceOf(kind);
    expect(failure).toMatchObject({ status, type });
    expect(failure!.requestID).toMatch(/^req_/);
    if (status === 429) expect(failure!.headers!.get('retry-after')).toBe('7');
    expect(await streamed()).toMatchObject({ stop_reason: 'tool_use' });
  });

  it('are tried again by the SDK, which waits as long as it was told', async () => {
    standIn.faults.add(faults.rateLimited('0.05'), { times: 2 });
    const patient = clientOf(standIn, { maxRetries: 2 });
    expect(await patient.messages.create(ASK)).toMatchObject({ stop_reason: 'tool_use' });
    expect(standIn.requests.map(({ status }) => status)).toEqual([429, 429, 200]);
    expect(standIn.requests.map(({ conversation }) => conversation)).toEqual([1, 1, 1]);
  });
});

describe('streams that break', () => {
  it.each([0, 1, 3, 8])('a connection lost after %i events', async (afterEvents) => {
    standIn.faults.add({ kind: 'drop', afterEvents });
    const failure = await failureOf(streamed());
    expect(failure).toBeInstanceOf(Anthropic.AnthropicError);
    expect(failure!.status).toBeUndefined();
    const again = await streamed();
    expect(again.stop_reason).toBe('tool_use');
    expect(standIn.requests.at(-1)).toMatchObject({ conversation: 1, turn: 0 });
  });

  it('an error event in the middle', async () => {
    standIn.faults.add({ kind: 'errorEvent', afterEvents: 5 });
    expect(await failureOf(streamed())).toMatchObject({ type: 'overloaded_error' });
  });

  it('an end before the end: the SDK has no message to give', async () => {
    standIn.faults.add({ kind: 'endEarly', afterEvents: 5 });
    expect((await failureOf(streamed()))!.message).toContain('stream ended without producing');
    const types: string[] = [];
    standIn.faults.add({ kind: 'endEarly', afterEvents: 5 });
    for await (const { type } of await client.messages.create({ ...ASK, stream: true }))
      types.push(type);
    expect(types).not.toContain('message_stop');
    expect(standIn.requests.map(({ answer }) => answer)).toEqual([undefined, undefined]);
  });

  it('the same for an answer that is not streamed', async () => {
    standIn.faults.add({ kind: 'drop', afterEvents: 3 });
    expect(await failureOf(client.messages.create(ASK))).toBeInstanceOf(
      Anthropic.APIConnectionError,
    );
    standIn.faults.add({ kind: 'errorEvent', afterEvents: 3 });
    expect(await failureOf(client.messages.create(ASK))).toMatchObject({ status: 529 });
  });

  it('silence, before the first byte and within', async () => {
    standIn.faults.add({ kind: 'slowFirstByte', ms: 60 });
    standIn.faults.add({ kind: 'stall', afterEvents: 4, ms: 60 });
    expect(await streamed()).toMatchObject({ stop_reason: 'tool_use' });
    expect(standIn.faults.struck).toHaveLength(2);
  });

  it('a client that hangs up goes on in the same conversation', async () => {
    standIn.setPace({ perEventMs: 20 });
    const stream = client.messages.stream(ASK);
    stream.on('text', () => stream.abort());
    await failureOf(stream.done());
    standIn.setPace({});
    await expect.poll(() => standIn.requests[0]!.whole).toBe(false);
    await streamed();
    expect(standIn.requests.at(-1)).toMatchObject({ conversation: 1, turn: 0 });
  });
});

describe('replies that cannot be used', () => {
  it('JSON that does not parse fails in the SDK, and stands in the raw events', async () => {
    standIn.faults.add({ kind: 'malformedJson' });
    expect((await failureOf(streamed()))!.message).toMatch(/JSON/);
    standIn.faults.add({ kind: 'malformedJson' });
    let json = '';
    for await (const event of await client.messages.create({ ...ASK, stream: true }))
      if (event.type === 'content_block_delta' && event.delta.type === 'input_json_delta')
        json += event.delta.partial_json;
    expect(() => JSON.parse(json)).toThrow(SyntaxError);
  });

  it('JSON that stops before its end', async () => {
    standIn.faults.add({ kind: 'malformedJson', how: 'truncated' });
    const { content, stop_reason } = await streamed();
    expect(stop_reason).toBe('tool_use');
    expect(content.at(-1)).not.toMatchObject({ input: { path: 'model.ts' } });
  });

  it('a call of another tool, and one with another input', async () => {
    standIn.faults.add({ kind: 'wrongTool', name: 'reed' });
    expect((await streamed()).content.at(-1)).toMatchObject({ name: 'reed' });
    standIn.faults.add({ kind: 'wrongInput', input: { file: 1 } });
    expect((await streamed()).content.at(-1)).toMatchObject({ name: 'read', input: { file: 1 } });
  });

  it('a call that is cut by max_tokens', async () => {
    standIn.faults.add({ kind: 'cutCall' });
    const { content, stop_reason } = await streamed();
    expect(stop_reason).toBe('max_tokens');
    expect(content.at(-1)).toMatchObject({ type: 'tool_use', name: 'read' });
    expect(content.at(-1)).not.toMatchObject({ input: { path: 'model.ts' } });
  });

  it('a refusal, and nothing at all', async () => {
    standIn.faults.add({ kind: 'refusal', category: 'frontier_llm' });
    expect(await streamed()).toMatchObject({
      content: [],
      stop_reason: 'refusal',
      stop_details: { category: 'frontier_llm' },
    });
    standIn.faults.add({ kind: 'empty' });
    expect(await streamed()).toMatchObject({ content: [], stop_reason: 'end_turn' });
    expect((await streamed()).content).toHaveLength(3);
    expect(standIn.requests.map(({ conversation }) => conversation)).toEqual([1, 1, 1]);
  });

  it('do not use up a turn of the script', async () => {
    standIn.faults.add({ kind: 'wrongTool', name: 'reed' });
    const first = await streamed();
    const messages = goOn(ASK.messages, first, 'There is no tool named reed.');
    const second = await streamed({ messages });
    expect(second.content.at(-1)).toMatchObject({ name: 'read' });
    const third = await streamed({ messages: goOn(messages, second, 'contents') });
    expect(third.content).toMatchObject([{ text: 'Done.' }]);
    expect(standIn.requests.map(({ turn }) => turn)).toEqual([0, 0, 1]);
  });
});

it('numbers the next conversation on, though it begins as one that had a fault', async () => {
  standIn.faults.add({ kind: 'wrongTool', name: 'reed' });
  const first = await streamed();
  await streamed({ messages: goOn(ASK.messages, first, 'There is no tool named reed.') });
  await streamed();
  expect(standIn.requests.map(({ conversation }) => conversation)).toEqual([1, 1, 2]);
});

it('strikes at the request that it was meant for, as often as was asked', async () => {
  standIn.faults.add(faults.overloaded(), { at: 2 });
  standIn.faults.add(faults.serverError(), {
    when: ({ body }) => body.max_tokens === 77,
    times: 2,
  });
  const statuses: number[] = [];
  for (const max_tokens of [100, 100, 77, 77, 77]) {
    await failureOf(streamed({ max_tokens }));
    statuses.push(standIn.requests.at(-1)!.status);
  }
  expect(statuses).toEqual([200, 529, 500, 500, 200]);
  expect(standIn.faults.waiting).toBe(0);
  expect(standIn.faults.struck.map(({ request }) => request.number)).toEqual([2, 3, 4]);
});

it('lets a fault of a call wait for a reply that makes one', async () => {
  standIn.faults.add({ kind: 'wrongTool', name: 'reed' });
  standIn.setScript(() => 'Only words.');
  await streamed();
  expect(standIn.faults.waiting).toBe(1);
  standIn.setScript(() => [call('read', { path: 'a' })]);
  expect((await streamed({ tools: [READ] })).content).toMatchObject([{ name: 'reed' }]);
});

it('refuses every request once the keys are revoked', async () => {
  await streamed();
  standIn.revokeKeys();
  expect(await failureOf(streamed())).toBeInstanceOf(Anthropic.PermissionDeniedError);
  expect(JSON.stringify(await failureOf(streamed()))).not.toContain(STAND_IN_KEY);
});
