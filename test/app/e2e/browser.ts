import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Page,
  type Worker,
} from 'playwright';
import { requireChromium } from '../../../scripts/setup/chromium.mjs';
import type { StudyEvent } from '../../../src/agent/study';

const QUIET = [
  '--headless=new',
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/** A real Chromium; its GPU is in software, or it has none at all. */
export async function openBrowser({ gpu }: { gpu: boolean }): Promise<Browser> {
  return chromium.launch({
    executablePath: await requireChromium(),
    args: gpu
      ? [...QUIET, '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']
      : [...QUIET, '--disable-gpu', '--disable-features=WebGPU'],
  });
}

export interface Visit {
  readonly page: Page;
  /** What the console and uncaught errors said that no visitor should cause. */
  readonly complaints: readonly string[];
  leave(): Promise<void>;
}

/** A visitor with nothing stored, and an ear on everything that goes wrong. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      complaints.push(`${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => {
    const said = request.failure()?.errorText ?? '';
    // Requests that a reload cut off are nobody's fault.
    if (said !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()} ${said}`);
  });
  await page.goto(url, { waitUntil: 'commit' });
  return { page, complaints, leave: () => context.close() };
}

/** Every event that the page's own database holds, study by study, in order. */
export function storedEvents(page: Page): Promise<unknown[]> {
  return page.evaluate(
    () =>
      new Promise<unknown[]>((resolve, reject) => {
        const opening = indexedDB.open('loopy-lab');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const all = database.transaction('events').objectStore('events').getAll();
          all.onerror = () => reject(all.error);
          all.onsuccess = () => {
            database.close();
            resolve(all.result);
          };
        };
      }),
  );
}

/** Puts a log of one event into the page's own database: a study that was made and never went on. */
export function storeCreation(page: Page, created: StudyEvent): Promise<void> {
  return page.evaluate(
    (event) =>
      new Promise<void>((resolve, reject) => {
        if (event.type !== 'study-created') throw new Error('a log begins with its creation');
        const opening = indexedDB.open('loopy-lab');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const all = database.transaction(['events', 'studies'], 'readwrite');
          all.objectStore('events').add(event, [event.study, 0]);
          const entry = { id: event.study, createdAt: event.at, task: event.task.name };
          all.objectStore('studies').add(entry);
          all.onerror = () => reject(all.error);
          all.oncomplete = () => {
            database.close();
            resolve();
          };
        };
      }),
    created,
  );
}

/** How far the page is wider than its window, in pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/** The labels of the chart of scores that reach beyond it, whose frame cuts them off. */
export function cutLabels(page: Page): Promise<string[]> {
  return page.locator('.staircase text').evaluateAll((labels) =>
    labels
      .filter((label) => {
        const [own, frame] = [label, label.closest('.staircase')!].map((node) =>
          node.getBoundingClientRect(),
        );
        return own!.left < frame!.left || own!.right > frame!.right;
      })
      .map((label) => label.textContent ?? ''),
  );
}

/** A worker of the page by its own name; their addresses say nothing. */
export async function workerNamed(page: Page, name: string): Promise<Worker> {
  for (const worker of page.workers()) {
    if ((await worker.evaluate(() => self.name)) === name) return worker;
  }
  throw new Error(`the page has no worker named ${name}`);
}
