import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright';
import { build } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser } from '../app/e2e/browser.ts';
import { faults } from './faults.ts';
import { call, say, think } from './reply.ts';
import { STAND_IN_KEY, type StandIn, startStandIn } from './server.ts';

/** What the page runs: the SDK, as an app would bundle it, in a page of another origin. */
const ENTRY = `
  import Anthropic from '@anthropic-ai/sdk';
  window.talk = async (baseURL, apiKey) => {
    const client = new Anthropic({ baseURL, apiKey, dangerouslyAllowBrowser: true, maxRetries: 0 });
    try {
      const message = await client.messages.stream({
        model: 'claude-opus-5-5',
        max_tokens: 1000,
        tools: [{ name: 'read', input_schema: { type: 'object', properties: {} } }],
        messages: [{ role: 'user', content: 'Hello' }],
      }).finalMessage();
      return { types: message.content.map(({ type }) => type) };
    } catch (error) {
      return { status: error.status ?? null, retryAfter: error.headers?.get('retry-after') ?? null };
    }
  };
`;

let browser: Browser;
let site: Server;
let page: Page;
const open: StandIn[] = [];

beforeAll(async () => {
  const [bundle] = (
    await build({
      input: 'entry',
      write: false,
      platform: 'browser',
      plugins: [
        {
          name: 'entry',
          resolveId: (id) => (id === 'entry' ? `${process.cwd()}/entry.js` : null),
          load: (id) => (id.endsWith('/entry.js') ? ENTRY : null),
        },
      ],
    })
  ).output;
  site = createServer((request, response) => {
    const script = request.url === '/entry.js';
    response.writeHead(200, {
      'content-type': script ? 'text/javascript' : 'text/html',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(script ? bundle.code : '<script type="module" src="/entry.js"></script>');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  browser = await openBrowser({ gpu: false });
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all(open.map((standIn) => standIn.close()));
  site?.closeAllConnections();
  site?.close();
});

async function start(options: Parameters<typeof startStandIn>[0] = {}): Promise<StandIn> {
  const script = () => [think('hm'), say('Hello.'), call('read', {})];
  const standIn = await startStandIn({ script, ...options });
  open.push(standIn);
  return standIn;
}

const talk = (standIn: StandIn, key = STAND_IN_KEY) =>
  page.evaluate(
    ([url, apiKey]) =>
      (window as unknown as { talk: (url: string, key: string) => Promise<unknown> }).talk(
        url!,
        apiKey!,
      ),
    [standIn.url, key],
  );

it('speaks with a page of another origin', async () => {
  const standIn = await start();
  expect(await talk(standIn)).toEqual({ types: ['thinking', 'text', 'tool_use'] });
  expect(standIn.requests.map(({ method }) => method)).toEqual(['OPTIONS', 'POST']);
  expect(standIn.placesOf(STAND_IN_KEY)).toEqual([
    'request 2 POST /v1/messages: header authorization',
  ]);
});

it('lets the page read its errors and how long to wait', async () => {
  const standIn = await start();
  expect(await talk(standIn, 'sk-ant-wrong')).toEqual({ status: 401, retryAfter: null });
  standIn.faults.add(faults.rateLimited(9));
  expect(await talk(standIn)).toEqual({ status: 429, retryAfter: '9' });
});

it('cannot be reached from a page when it knows no CORS', async () => {
  const standIn = await start({ cors: 'none' });
  expect(await talk(standIn)).toEqual({ status: null, retryAfter: null });
  expect(standIn.requests.map(({ method, status }) => [method, status])).toEqual([
    ['OPTIONS', 405],
  ]);
});
