import type { BrowserContext, Page, Request } from 'playwright';

/** What a page sent and said, from its first request on. */
export interface Traffic {
  /** Where a text stands in what was sent: a line for each place. */
  placesOf(needle: string): Promise<string[]>;
  readonly said: readonly string[];
}

export function listenTo(context: BrowserContext): Traffic {
  const requests: Request[] = [];
  const said: string[] = [];
  context.on('request', (request) => requests.push(request));
  context.on('console', (message) => said.push(message.text()));
  context.on('weberror', (error) => said.push(String(error.error())));
  return {
    said,
    async placesOf(needle) {
      const places: string[] = [];
      for (const request of requests) {
        const { host } = new URL(request.url());
        if (holds(request.url(), needle)) places.push(`${host}: url`);
        if (holds(request.postData() ?? '', needle)) places.push(`${host}: body`);
        for (const [name, value] of Object.entries(await headersOf(request))) {
          if (holds(value, needle)) places.push(`${host}: header ${name}`);
        }
      }
      return [...new Set(places)];
    },
  };
}

/** As they went out; of a request that was cut off before that, as the page meant them. */
function headersOf(request: Request): Promise<Record<string, string>> {
  const meant = new Promise<Record<string, string>>((resolve) => {
    setTimeout(() => resolve(request.headers()), 2000);
  });
  return Promise.race([request.allHeaders().catch(() => request.headers()), meant]);
}

/** Whether a text holds another, plainly or in one of the ways in which texts are packed. */
export function holds(text: string, needle: string): boolean {
  const packed = [needle, encodeURIComponent(needle), btoa(needle).replace(/=+$/, '')];
  return packed.some((form) => text.includes(form));
}

/** All that the page keeps and shows, by its place. */
export function everything(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async () => {
    const asked = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const readable = (_: string, value: unknown) => {
      if (value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value);
      if (ArrayBuffer.isView(value)) return new TextDecoder('latin1').decode(value);
      return value;
    };
    const found: Record<string, string> = {
      page: document.documentElement.outerHTML,
      fields: [...document.querySelectorAll('input, textarea')]
        .map((field) => (field as HTMLInputElement).value)
        .join('\n'),
      address: location.href,
      cookies: document.cookie,
      'history.state': JSON.stringify(history.state) ?? '',
      'window.name': window.name,
      timings: JSON.stringify(performance.getEntries()),
    };
    for (const [name, storage] of [
      ['localStorage', localStorage],
      ['sessionStorage', sessionStorage],
    ] as const) {
      for (const [key, value] of Object.entries(storage))
        found[`${name} ${key}`] = `${key} ${value}`;
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const answer = await cache.match(request);
        found[`cache ${name} ${request.url}`] = (await answer?.text()) ?? '';
      }
    }
    for (const { name } of await indexedDB.databases()) {
      const database = await asked(indexedDB.open(name!));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([
          asked(objects.getAllKeys()),
          asked(objects.getAll()),
        ]);
        found[`IndexedDB ${name} ${store}`] = JSON.stringify([keys, values], readable);
      }
      database.close();
    }
    return found;
  });
}
