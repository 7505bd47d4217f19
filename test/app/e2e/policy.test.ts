import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ENDPOINT_ENTRY } from '../../../src/app/claude/endpoint-entry';
import { CATALOGUE } from '../../../src/model/tasks/catalogue';
import { openBrowser, workerNamed } from './browser';
import { builtSite, type Site, servedSite } from './site';
import { stripped } from './stripped';

const MINUTE = 60_000;
/** Where the policy lets the page connect to. */
const ALLOWED = [
  'https://api.anthropic.com/v1/models',
  ...CATALOGUE.flatMap(({ task: { corpus } }) => (corpus.kind === 'url' ? [corpus.url] : [])),
  'https://cas-bridge.xethub.hf.co/file',
];

let browser: Browser;
let foreign: { readonly url: string; readonly heard: string[]; readonly server: Server };

beforeAll(async () => {
  browser = await openBrowser({ gpu: false });
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(request.url!);
    response.writeHead(200, {
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'content-type': 'text/javascript',
    });
    response.end('globalThis.foreignScript = true;');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  foreign = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard, server };
}, MINUTE);

afterAll(async () => {
  await browser?.close();
  foreign?.server.close();
});

describe('the page keeps to its policy', () => {
  let site: Site;
  /** The same without the policy. */
  let bare: Site;
  let page: Page;

  beforeAll(async () => {
    site = await builtSite();
    bare = await stripped(site);
  }, 3 * MINUTE);
  afterAll(async () => {
    await bare?.close();
    await site?.close();
  });
  beforeEach(async () => {
    foreign.heard.length = 0;
    page = await browser.newPage();
  });
  afterEach(() => page.context().close());

  const load = async (url = site.url) => {
    await page.goto(`${url}/?steps=4&experiments=0`);
    await page.getByRole('heading', { name: 'Loopy Lab' }).waitFor({ timeout: MINUTE });
  };
  const trials = async () => {
    await page.getByText('after its training').waitFor({ timeout: MINUTE });
    return workerNamed(page, 'trials');
  };
  it('sends nothing to a foreign host, neither from the page nor from a worker', {
    timeout: 2 * MINUTE,
  }, async () => {
    await load();
    expect(await fetched(page, `${foreign.url}/page`)).toBe(false);
    expect(await fetched((await trials()) as Pick<Page, 'evaluate'>, `${foreign.url}/worker`)).toBe(
      false,
    );
    expect(await beaconed(page, `${foreign.url}/beacon`)).toBe(true);
    expect(await pictured(page, `${foreign.url}/picture`)).toBe(false);
    expect(foreign.heard).toEqual([]);
  });

  it('would send it without the policy', { timeout: 2 * MINUTE }, async () => {
    await load(bare.url);
    expect(await fetched(page, `${foreign.url}/page`)).toBe(true);
    expect(await fetched((await trials()) as Pick<Page, 'evaluate'>, `${foreign.url}/worker`)).toBe(
      true,
    );
    expect(foreign.heard).toEqual(['/page', '/worker']);
  });

  it('runs no script but its own', { timeout: 2 * MINUTE }, async () => {
    await load();
    expect(await ran(page, { text: 'globalThis.inlineScript = true' }, 'inlineScript')).toBe(false);
    expect(await ran(page, { src: `${foreign.url}/x.js` }, 'foreignScript')).toBe(false);
    expect(await evaluated(page)).toBe(false);
    await load(bare.url);
    expect(await ran(page, { text: 'globalThis.inlineScript = true' }, 'inlineScript')).toBe(true);
    expect(await ran(page, { src: `${foreign.url}/x.js` }, 'foreignScript')).toBe(true);
    expect(await evaluated(page)).toBe(true);
  });

  it('reaches the API, the corpora and the server that was chosen', {
    timeout: 2 * MINUTE,
  }, async () => {
    await page.route(/^https:/, (route) =>
      route.fulfill({ body: 'there', headers: { 'access-control-allow-origin': '*' } }),
    );
    await page.addInitScript(([entry, url]) => localStorage.setItem(entry!, url!), [
      ENDPOINT_ENTRY,
      foreign.url,
    ] as const);
    await load();
    for (const url of ALLOWED) expect(await fetched(page, url), url).toBe(true);
    expect(await fetched(page, 'https://example.com/')).toBe(false);
    expect(await fetched(page, `${foreign.url}/chosen`)).toBe(true);
  });

  it.each(["https://a.example; script-src 'unsafe-inline'", 'https://*'])(
    'takes no more than one origin from this device: not %s',
    {
      timeout: 2 * MINUTE,
    },
    async (entry) => {
      await page.route(/^https:/, (route) =>
        route.fulfill({ body: 'there', headers: { 'access-control-allow-origin': '*' } }),
      );
      await page.addInitScript(([name, value]) => localStorage.setItem(name!, value!), [
        ENDPOINT_ENTRY,
        entry,
      ] as const);
      await load();
      expect(await fetched(page, 'https://a.example/')).toBe(false);
      expect(await ran(page, { text: 'globalThis.inlineScript = true' }, 'inlineScript')).toBe(
        false,
      );
    },
  );
});

it('holds where the page is served as its source, too', { timeout: 3 * MINUTE }, async () => {
  const site = await servedSite();
  const page = await browser.newPage();
  try {
    await page.goto(`${site.url}/?autostart=0`);
    await page.getByRole('heading', { name: 'Loopy Lab' }).waitFor({ timeout: 2 * MINUTE });
    expect(await fetched(page, foreign.url)).toBe(false);
    expect(await ran(page, { text: 'globalThis.inlineScript = true' }, 'inlineScript')).toBe(false);
    expect(await evaluated(page)).toBe(false);
  } finally {
    await page.context().close();
    await site.close();
  }
});

const fetched = (where: Pick<Page, 'evaluate'>, url: string) =>
  where.evaluate(
    (url) =>
      fetch(url).then(
        () => true,
        () => false,
      ),
    url,
  );

const beaconed = (page: Page, url: string) =>
  page.evaluate((url) => navigator.sendBeacon(url, 'x'), url);

const pictured = (page: Page, url: string) =>
  page.evaluate(
    (url) =>
      new Promise<boolean>((resolve) => {
        const image = new Image();
        image.onload = () => resolve(true);
        image.onerror = () => resolve(false);
        image.src = url;
      }),
    url,
  );

/** Whether a script that is put into the page leaves its mark. */
const ran = (page: Page, script: { text?: string; src?: string }, mark: string) =>
  page.evaluate(
    async ([script, mark]) => {
      const element = Object.assign(document.createElement('script'), script);
      const settled = new Promise<unknown>((resolve) => {
        element.onload = resolve;
        element.onerror = resolve;
      });
      document.head.append(element);
      if (script.src !== undefined) await settled;
      return mark in globalThis;
    },
    [script, mark] as const,
  );

/** In a task of the page's own, since what a test evaluates itself is not held to the policy. */
const evaluated = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<boolean>((resolve) =>
        setTimeout(() => {
          try {
            resolve(new Function('return true')() as boolean);
          } catch {
            resolve(false);
          }
        }),
      ),
  );
