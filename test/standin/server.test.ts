import Anthropic from '@anthropic-ai/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { ASK, clientOf } from './client.ts';
import { STAND_IN_KEY, type StandIn, type StandInOptions, startStandIn } from './server.ts';

let standIn: StandIn;

afterEach(() => standIn.close());

async function start(options: StandInOptions = {}): Promise<Anthropic> {
  standIn = await startStandIn({ script: () => 'Fine.', ...options });
  return clientOf(standIn);
}

describe('models', () => {
  it('are listed page by page, and one by one', async () => {
    const client = await start();
    const ids: string[] = [];
    for await (const model of client.models.list({ limit: 2 })) ids.push(model.id);
    expect(ids).toEqual(['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-4-5']);
    expect(standIn.requests.map(({ url }) => url)).toEqual([
      '/v1/models?limit=2',
      '/v1/models?limit=2&after_id=claude-sonnet-5-5',
    ]);
    const back = await client.models.list({ limit: 1, before_id: 'claude-haiku-4-5' });
    expect(back.data.map(({ id }) => id)).toEqual(['claude-sonnet-5-5']);
    expect(back.has_more).toBe(true);
    const one = await client.models.retrieve('claude-haiku-4-5');
    expect(one.capabilities!.thinking.types.enabled.supported).toBe(true);
    await expect(client.models.retrieve('claude-none')).rejects.toThrow('model: claude-none');
    await expect(client.models.list({ after_id: 'x' })).rejects.toThrow('no model has the id x');
  });
});

describe('headers', () => {
  it('name the request and what is left of the minute', async () => {
    const client = await start();
    const { response } = await client.messages.create(ASK).withResponse();
    expect(response.headers.get('request-id')).toMatch(/^req_/);
    expect(response.headers.get('anthropic-ratelimit-requests-remaining')).toBe('3999');
    expect(Date.parse(response.headers.get('anthropic-ratelimit-requests-reset')!)).toBeGreaterThan(
      Date.now(),
    );
  });

  it('must hold a key that is known, a version, and the type of the body', async () => {
    const client = await start();
    const wrong = clientOf(standIn, { apiKey: 'sk-ant-wrong' });
    await expect(wrong.messages.create(ASK)).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
    await expect(
      client.messages.create(ASK, { headers: { 'anthropic-version': '2020-01-01' } }),
    ).rejects.toThrow('anthropic-version');
    const bare = await fetch(`${standIn.url}/v1/messages`, { method: 'POST', body: '{}' });
    expect(bare.status).toBe(401);
    const headers = { 'x-api-key': STAND_IN_KEY, 'anthropic-version': '2026-10-21' };
    const untyped = await fetch(`${standIn.url}/v1/messages`, {
      method: 'POST',
      body: '{}',
      headers,
    });
    expect(await untyped.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: 'content-type: must be application/json' },
      request_id: expect.stringMatching(/^req_/),
    });
    const broken = await fetch(`${standIn.url}/v1/messages`, {
      method: 'POST',
      body: '{',
      headers: { ...headers, 'content-type': 'application/json' },
    });
    expect(((await broken.json()) as Anthropic.ErrorResponse).error.message).toContain(
      'not valid JSON',
    );
    expect((await fetch(`${standIn.url}/v1/complete`, { headers })).status).toBe(404);
  });

  it('need no key where the server asks for none', async () => {
    await start({ keys: null });
    const client = clientOf(standIn, { apiKey: 'anything' });
    expect(await client.messages.create(ASK)).toMatchObject({ stop_reason: 'end_turn' });
  });
});

describe('the limit of a minute', () => {
  it('is refused with the wait until there is room again', async () => {
    let now = 0;
    const limits = {
      requestsPerMinute: 2,
      inputTokensPerMinute: 1e6,
      outputTokensPerMinute: 1e6,
    };
    const client = await start({ limits, now: () => now });
    await client.messages.create(ASK);
    now += 20_000;
    await client.messages.create(ASK);
    const refused = await client.messages.create(ASK).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Anthropic.RateLimitError);
    expect(
      (refused as InstanceType<typeof Anthropic.RateLimitError>).headers!.get('retry-after'),
    ).toBe('40');
    now += 40_000;
    await client.messages.create(ASK);
  });
});

describe('the record', () => {
  it('finds a text wherever it was sent', async () => {
    const client = await start();
    await client.messages.create(ASK);
    await client.messages.create({
      ...ASK,
      messages: [{ role: 'user', content: `My key is ${STAND_IN_KEY}.` }],
    });
    await fetch(`${standIn.url}/v1/models?key=${STAND_IN_KEY}`);
    expect(standIn.placesOf(STAND_IN_KEY)).toEqual([
      'request 1 POST /v1/messages: header authorization',
      'request 2 POST /v1/messages: body',
      'request 2 POST /v1/messages: header authorization',
      'request 3 GET /v1/models: url',
    ]);
    expect(standIn.placesOf('nowhere')).toEqual([]);
  });

  it('holds what each request was and what it got', async () => {
    const client = await start();
    await client.messages.create({ ...ASK, system: 'Be brief.' });
    const [record] = standIn.requests;
    expect(record).toMatchObject({ status: 200, conversation: 1, turn: 0 });
    const { tools, system, messages } = record!.parts!;
    const { usage } = record!;
    expect(tools + system + messages).toBe(usage!.input_tokens);
    expect(system).toBe(Math.ceil('{"text":"Be brief.","type":"text"}'.length / 3.5));
    expect(record!.answer!.content).toMatchObject([{ text: 'Fine.' }]);
  });
});
