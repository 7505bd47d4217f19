import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDPOINT_ENTRY } from '../../../src/app/claude/endpoint-entry';
import { KEY_ENTRY } from '../../../src/app/claude/key-safe';
import { presetNamed } from '../../../src/model/programs';
import { call, type Script } from '../../standin/reply';
import {
  STAND_IN_KEY,
  type StandIn,
  type StandInOptions,
  startStandIn,
} from '../../standin/server';
import { openBrowser, overflow, type Visit, visit } from './browser';
import { faintTexts } from './contrast';
import { everything, holds, listenTo } from './secret';
import { builtSite, type Site } from './site';

const MINUTE = 60_000;
const KEY = STAND_IN_KEY;
let site: Site;
let browser: Browser;

beforeAll(async () => {
  site = await builtSite();
  browser = await openBrowser({ gpu: false });
}, 5 * MINUTE);

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** What tools answered in the page. */
const answered: { tool: string; text: string; isError: boolean }[] = [];

/** Smaller and smaller weights to begin with: each conversation proposes another program. */
const proposing: Script = ({ conversation, turn, results }) => {
  answered.push(...results);
  const std = `initStd: 0.0${8 - (conversation % 7)}`;
  const content = presetNamed('microgpt')!.source.model.replace('initStd: 0.08', std);
  const turns = [
    [call('write_file', { file: 'model.ts', content })],
    [call('check', {})],
    [call('diagnostics', {})],
    [call('propose', { title: std, hypothesis: 'Smaller weights begin calmer.', kind: 'init' })],
  ];
  return turns[turn]!;
};

/** A visit to a page that may already reach this server. */
async function onPage(
  { query = '?autostart=0', server }: { query?: string; server?: { readonly url: string } },
  test: (page: Page, seen: Visit) => Promise<void>,
): Promise<void> {
  const seen = await visit(browser, 'about:blank');
  const { page } = seen;
  page.setDefaultTimeout(2 * MINUTE);
  if (server) {
    await page.addInitScript(([entry, url]) => localStorage.setItem(entry!, url!), [
      ENDPOINT_ENTRY,
      server.url,
    ] as const);
  }
  try {
    await page.goto(`${site.url}/${query}`, { waitUntil: 'commit' });
    await test(page, seen);
  } finally {
    await seen.leave();
  }
}

async function withStandIn(
  options: StandInOptions,
  test: (standIn: StandIn) => Promise<void>,
): Promise<void> {
  const standIn = await startStandIn(options);
  try {
    await test(standIn);
    expect(standIn.violations).toEqual([]);
    expect(standIn.scriptErrors).toEqual([]);
  } finally {
    await standIn.close();
  }
}

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Bring Claude' });
const openDialog = (page: Page) =>
  page
    .getByRole('button', { name: /^(Bring )?Claude$/ })
    .first()
    .click();

async function connect(page: Page, url: string, key: string): Promise<void> {
  await openDialog(page);
  const dialog = dialogOf(page);
  await dialog.getByLabel('Server', { exact: true }).fill(url);
  await dialog.getByLabel(/^Key/).fill(key);
  await dialog.getByRole('button', { name: 'Connect' }).click();
}

/** Connects, chooses the stand-in's cheapest model and brings Claude. */
async function bring(page: Page, url: string, choose: (page: Page) => Promise<void>) {
  await connect(page, url, KEY);
  await dialogOf(page)
    .getByText(/It lists \d+ models/)
    .waitFor();
  await dialogOf(page).getByLabel('Model', { exact: true }).selectOption('claude-sonnet-5-5');
  await choose(page);
  await dialogOf(page).getByRole('button', { name: 'Bring Claude' }).click();
  await page.getByRole('button', { name: 'Claude', exact: true }).waitFor();
}

const saidIn = (page: Page, words: RegExp) => dialogOf(page).getByText(words).waitFor();

describe('the dialog of the key', () => {
  it(
    'allows a server, takes a key and lists its models; nothing of it is on the first screen',
    {
      timeout: 4 * MINUTE,
    },
    () =>
      withStandIn({}, (standIn) =>
        onPage({}, async (page, { complaints }) => {
          const scripts: Promise<string>[] = [];
          page.on('response', (answer) => {
            if (answer.url().endsWith('.js')) scripts.push(answer.text().catch(() => ''));
          });
          await page.getByText('Ready to begin').waitFor();
          await page.reload({ waitUntil: 'commit' });
          await page.getByText('Ready to begin').waitFor();
          const withSdk = async () =>
            (await Promise.all(scripts)).filter((text) => text.includes('anthropic-version'))
              .length;
          expect(scripts.length).toBeGreaterThan(1);
          expect(await withSdk()).toBe(0);

          await openDialog(page);
          const dialog = dialogOf(page);
          await dialog.getByLabel('Server', { exact: true }).fill(standIn.url);
          expect(await dialog.getByLabel(/^Key/).count()).toBe(0);
          await dialog.getByRole('button', { name: 'Allow it and load again' }).click();
          await dialog.getByLabel(/^Key/).waitFor();
          expect(await dialog.getByLabel('Server', { exact: true }).inputValue()).toBe(standIn.url);

          await dialog.getByLabel(/^Key/).fill('sk-of-nobody-at-all');
          await dialog.getByRole('button', { name: 'Connect' }).click();
          await saidIn(page, /does not take this key: 401: invalid api key/);
          expect(await dialog.getByLabel('Model', { exact: true }).count()).toBe(0);

          await dialog.getByLabel(/^Key/).fill(` ${KEY}\n`);
          await page.keyboard.press('Enter');
          await saidIn(page, /It lists \d+ models/);
          expect(await dialog.getByLabel(/^Key/).inputValue()).toBe('');
          const options = await dialog
            .getByLabel('Model', { exact: true })
            .locator('option')
            .allTextContents();
          expect(options.join()).toContain('claude-sonnet-5-5');
          expect(await dialog.getByLabel('Remember the key').isChecked()).toBe(false);
          expect(await withSdk()).toBe(1);
          // The refusal of the wrong key is the only thing that a console may tell.
          expect(complaints.filter((each) => !each.includes('401'))).toEqual([]);
        }),
      ),
  );

  it(
    'tells apart a server that is away, one that is closed to pages, and one of another kind',
    {
      timeout: 4 * MINUTE,
    },
    () =>
      withStandIn({ cors: 'none' }, async (closed) => {
        const gone = await startStandIn();
        await gone.close();
        const other = await otherServer();
        try {
          for (const [server, words] of [
            [gone, /Nothing could be reached at/],
            [closed, /answers, but does not let web pages read what it says \(CORS\)/],
            [other, /answers, but not as the Messages API does/],
          ] as const) {
            await onPage({ server }, async (page) => {
              await connect(page, server.url, KEY);
              await saidIn(page, words);
              expect(await dialogOf(page).getByLabel(/^Key/).inputValue()).toBe(KEY);
            });
          }
          expect(closed.placesOf(KEY)).toEqual([]);
        } finally {
          other.server.close();
        }
      }),
  );

  it(
    'takes the name of a model where the server lists none, and asks for its price',
    {
      timeout: 4 * MINUTE,
    },
    () =>
      withStandIn({ models: [], keys: null }, (standIn) =>
        onPage({ server: standIn }, async (page) => {
          await connect(page, standIn.url, '');
          await saidIn(page, /It lists no models/);
          const dialog = dialogOf(page);
          await dialog.getByLabel('Model', { exact: true }).fill('my-model');
          await saidIn(page, /that of my-model is not known/);
          expect(await dialog.getByRole('button', { name: 'Bring Claude' }).isDisabled()).toBe(
            true,
          );
          await dialog.getByLabel('input, my-model').fill('1');
          expect(await dialog.getByRole('button', { name: 'Bring Claude' }).isDisabled()).toBe(
            false,
          );
        }),
      ),
  );

  it('fits a narrow screen and can be read, by day and by night', { timeout: 4 * MINUTE }, () =>
    withStandIn({}, (standIn) =>
      onPage({ server: standIn }, async (page) => {
        await connect(page, standIn.url, KEY);
        await saidIn(page, /It lists \d+ models/);
        await dialogOf(page).getByLabel('A critic').check();
        await dialogOf(page).locator('summary').click();
        for (const colorScheme of ['light', 'dark'] as const) {
          // Without motion: colours would be read on their way from one to the other.
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          for (const width of [390, 1280]) {
            await page.setViewportSize({ width, height: 900 });
            expect(await overflow(page), `${width} pixels`).toBe(0);
            expect(await faintTexts(page, 4.5)).toEqual([]);
            const folder = process.env.LOOPY_SHOTS;
            if (folder) await shoot(page, `${folder}/claude-${colorScheme}-${width}`);
          }
        }
      }),
    ),
  );
});

describe('a study with Claude', () => {
  it(
    'ends gently at its cap, and leaves the key nowhere but in the header to its server',
    {
      timeout: 6 * MINUTE,
    },
    () =>
      withStandIn({ script: proposing }, (standIn) =>
        onPage({ query: '?autostart=0&steps=6', server: standIn }, async (page) => {
          const traffic = listenTo(page.context());
          await page.getByText('Ready to begin').waitFor();
          await bring(page, standIn.url, async () => {
            await dialogOf(page).getByLabel('Experiments').fill('1');
          });
          await page.getByRole('button', { name: 'Start' }).click();
          await page
            .getByText(/the cap of 1 experiments is reached/)
            .first()
            .waitFor();
          await page.locator('.experiment').filter({ hasText: 'initStd: 0.07' }).first().waitFor();
          expect(answered.map(({ tool }) => tool)).toEqual(
            expect.arrayContaining(['check', 'diagnostics']),
          );
          expect(answered.filter(({ isError }) => isError)).toEqual([]);
          const meter = page.locator('.claude-meter');
          await meter.locator('summary').click();
          expect(await meter.textContent()).toMatch(/Claude: \$0\.\d+/);
          expect(await meter.textContent()).toContain('claude-sonnet-5-5');
          expect(await meter.textContent()).toMatch(/of \$5 left/);

          const { host } = new URL(standIn.url);
          const sent = await traffic.placesOf(KEY);
          expect(sent.length).toBeGreaterThan(0);
          expect(sent.filter((place) => !ofTheApi(host).includes(place))).toEqual([]);
          expect(
            standIn.placesOf(KEY).every((place) => /header (authorization|x-api-key)$/.test(place)),
          ).toBe(true);
          expect(await placesIn(page, KEY)).toEqual([]);
          for (const format of FORMATS) {
            const text = await exported(page, format);
            expect(text).toContain('initStd: 0.07');
            expect(holds(text, KEY), format).toBe(false);
          }
          expect(traffic.said.filter((text) => holds(text, KEY))).toEqual([]);

          // Loaded again, the study waits for the key, and goes on without it when a person says so.
          await page.reload({ waitUntil: 'commit' });
          await page.getByText('Claude waits for its key').waitFor();
          expect(await placesIn(page, KEY)).toEqual([]);
          await page.getByRole('button', { name: 'Go on with the local search' }).click();
          await page.locator('.experiment').nth(2).waitFor();
          expect(await page.locator('.experiment').first().textContent()).not.toContain(
            'by claude',
          );
          expect(await traffic.placesOf(KEY)).toEqual(sent);
        }),
      ),
  );

  it(
    'remembers a key that it may remember, in one place, and forgets it',
    {
      timeout: 6 * MINUTE,
    },
    () =>
      withStandIn({ script: proposing }, (standIn) =>
        onPage({ server: standIn }, async (page) => {
          await bring(page, standIn.url, async () => {
            await dialogOf(page).getByLabel('Remember the key').check();
          });
          expect(await placesIn(page, KEY)).toEqual([`localStorage ${KEY_ENTRY}`]);
          await page.reload({ waitUntil: 'commit' });
          await page.getByRole('button', { name: 'Claude', exact: true }).click();
          await saidIn(page, /It lists \d+ models/);
          expect(await dialogOf(page).getByLabel('Remember the key').isChecked()).toBe(true);

          // To another server it is not given.
          await dialogOf(page).getByLabel('Server', { exact: true }).fill(site.url);
          expect(await dialogOf(page).getByLabel(/^Key/).getAttribute('placeholder')).toBe('');

          await dialogOf(page).getByRole('button', { name: 'Forget the key' }).click();
          await page.getByRole('button', { name: 'Bring Claude' }).first().waitFor();
          expect(await placesIn(page, KEY)).toEqual([]);
          await page.reload({ waitUntil: 'commit' });
          await page.getByRole('button', { name: 'Bring Claude' }).waitFor();
          expect(await placesIn(page, KEY)).toEqual([]);
        }),
      ),
  );
});

const FORMATS = ['the report', 'it as Markdown', 'results.tsv', 'everything as JSON'];

async function exported(page: Page, format: string): Promise<string> {
  await page.getByRole('button', { name: 'Studies' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Save ${format}` }).click(),
  ]);
  return readFile((await download.path())!, 'utf8');
}

const ofTheApi = (host: string) => [`${host}: header authorization`, `${host}: header x-api-key`];

async function placesIn(page: Page, needle: string): Promise<string[]> {
  return Object.entries(await everything(page)).flatMap(([place, text]) =>
    holds(text, needle) ? [place] : [],
  );
}

/** The whole dialog, in two pictures where it is longer than the window. */
async function shoot(page: Page, name: string): Promise<void> {
  const dialog = dialogOf(page);
  await dialog.evaluate((node) => node.scrollTo(0, 0));
  await page.screenshot({ path: `${name}-top.png` });
  await dialog.evaluate((node) => node.scrollTo(0, node.scrollHeight));
  await page.screenshot({ path: `${name}-end.png` });
}

/** A server that pages may read, and that speaks something else. */
async function otherServer(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    response.writeHead(request.method === 'OPTIONS' ? 204 : 404, {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*',
      'content-type': 'text/html',
    });
    response.end(request.method === 'OPTIONS' ? undefined : '<h1>Not found</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
