import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright';
import { build, type PreviewServer, preview } from 'vite';
import type { ContenderInfo } from './contenders';
import type { BenchModel } from './models';
import type { Bench, PageRun } from './page/main';
import { cpuSeconds } from './processes';
import type { Place, Runner } from './runner';
import { spreadOf } from './statistics';

/** Packages that live in the bench's own folder; without them the lab still runs. */
const PEERS = /^@(jax-js|tensorflow)\//;

const FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];
/** Where there is no GPU driver, Chromium has WebGPU in software only when it is named. */
const SOFTWARE = '--use-webgpu-adapter=swiftshader';
/** A page is told the maker of a GPU and no more, unless it is a developer's: the chip's name belongs to its figures. */
const HARDWARE = '--enable-webgpu-developer-features';

export interface BrowserOptions {
  readonly executablePath: string;
  /** Whether to ask for the software adapter. */
  readonly software: boolean;
}

/** A headless Chromium, with a page of its own for each contender, from the built page of the bench. */
export async function openBrowser({ executablePath, software }: BrowserOptions): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'loopy-bench-page-'));
  await buildPage(folder);
  // Two origins for one page: threads need a page that shares nothing with others.
  const isolated = await serve(folder, {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  });
  const open = await serve(folder, {});
  const server = await chromium.launchServer({
    executablePath,
    headless: true,
    args: [...FLAGS, software ? SOFTWARE : HARDWARE],
  });
  const browser = await chromium.connect(server.wsEndpoint());
  const processId = server.process().pid!;
  const ceilings = new Map<string, Promise<Page>>();
  return {
    description: `Chromium ${browser.version()}, headless`,
    runner: (contender, model) =>
      createRunner(
        browser,
        contender.threads ? isolated.url : open.url,
        processId,
        contender,
        model,
      ),
    async ceiling({ backend, threads, precision }, model) {
      if (backend === 'native') return 0;
      const url = threads ? isolated.url : open.url;
      const key = `${backend} ${url}`;
      const opened = ceilings.get(key) ?? openPage(browser, url);
      ceilings.set(key, opened);
      return (await opened).evaluate(
        ([name, of, as]) => (globalThis as unknown as { bench: Bench }).bench.ceiling(name, of, as),
        [backend, model, precision === 'f16' ? 'f16' : 'f32'] as const,
      );
    },
    async overhead(order) {
      const page = await openPage(browser, isolated.url);
      const result = await page.evaluate(
        (given) => (globalThis as unknown as { bench: Bench }).bench.overhead(given),
        order,
      );
      await page.context().close();
      return result;
    },
    async close() {
      await browser.close();
      await server.close();
      await Promise.all([isolated.server.close(), open.server.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function createRunner(
  browser: Browser,
  url: string,
  processId: number,
  contender: ContenderInfo,
  model: BenchModel,
): Runner {
  let page: Page;
  let devtools: CDPSession;
  let lastError: string | undefined;
  /** Processor time of the page's main thread so far: JavaScript, and what the browser does in its calls. */
  const busySeconds = async (): Promise<number> => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    const busy = metrics.find(({ name }) => name === 'TaskDuration');
    if (!busy) throw new Error('this browser does not tell how busy a page is');
    return busy.value;
  };
  /** What asking a page for anything costs it. */
  let askingSeconds = 0;
  return {
    contender,
    async prepare() {
      page = await openPage(browser, url);
      page.on('pageerror', ({ message }) => {
        lastError = message;
      });
      devtools = await page.context().newCDPSession(page);
      await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
      const asking: number[] = [];
      for (let i = 0; i < 5; i++) {
        const before = await busySeconds();
        await page.evaluate(() => Promise.resolve(0));
        asking.push((await busySeconds()) - before);
      }
      askingSeconds = spreadOf(asking).median;
      return page.evaluate(
        ([id, of]) => (globalThis as unknown as { bench: Bench }).bench.prepare(id, of),
        [contender.id, model] as const,
      );
    },
    async run(steps) {
      const cpuBefore = cpuSeconds(processId);
      const busyBefore = await busySeconds();
      const { losses, milliseconds, peakBytes, counts } = await page.evaluate(
        ([count, backend]): Promise<PageRun> =>
          (globalThis as unknown as { bench: Bench }).bench.run(count, backend),
        [steps, contender.backend === 'webgpu' ? 'webgpu' : 'wasm'] as const,
      );
      const busy = (await busySeconds()) - busyBefore - askingSeconds;
      const cpuAfter = cpuSeconds(processId);
      return {
        losses,
        milliseconds,
        peakBytes,
        cpuSeconds: cpuBefore === null || cpuAfter === null ? undefined : cpuAfter - cpuBefore,
        // What a wasm contender computes runs inside JavaScript's own calls, and says nothing.
        ...(contender.backend === 'webgpu'
          ? { scriptMilliseconds: 1000 * Math.max(0, busy), counts }
          : {}),
      };
    },
    lastError: () => lastError,
    close: async () => page?.context().close(),
  };
}

/** A page in a context, and so in a process, of its own. */
async function openPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(0);
  await page.goto(url);
  await page.waitForFunction(() => 'bench' in globalThis);
  return page;
}

async function buildPage(folder: string): Promise<void> {
  const peersHere = existsSync(join('bench', 'node_modules'));
  await build({
    logLevel: 'error',
    configFile: join(process.cwd(), 'vite.config.ts'),
    base: './',
    root: join('bench', 'page'),
    build: {
      outDir: folder,
      emptyOutDir: true,
      // TensorFlow.js sends a function's text to its workers, where a shortened outer name means nothing.
      minify: false,
      target: 'esnext',
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: { external: peersHere ? [] : PEERS },
    },
  });
}

async function serve(
  folder: string,
  headers: Record<string, string>,
): Promise<{ server: PreviewServer; url: string }> {
  const server = await preview({
    logLevel: 'error',
    configFile: false,
    build: { outDir: folder },
    preview: { port: 0, strictPort: false, host: '127.0.0.1', headers },
  });
  const address = server.httpServer.address();
  if (!address || typeof address === 'string')
    throw new Error('the page of the bench is not served');
  // WebGPU needs a secure context, which the machine's own address is.
  return { server, url: `http://127.0.0.1:${address.port}/` };
}
