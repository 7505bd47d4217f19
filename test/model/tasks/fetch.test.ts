import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { BUILTIN_TASK } from '../../../src/model/tasks/catalogue';
import { MAX_CORPUS_BYTES } from '../../../src/model/tasks/fetch';
import { loadTask } from '../../../src/model/tasks/load';
import type { TaskProgress } from '../../../src/model/tasks/progress';
import { memoryCorpora } from '../../../src/model/tasks/stores/memory';
import type { TaskSpec } from '../../../src/model/tasks/task';

const TEXT = 'a line from the network\n'.repeat(1000);
let server: Server | undefined;

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/text.txt`;
}

async function goOffline(): Promise<void> {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = undefined;
}
afterEach(goOffline);

const taskAt = (url: string, sha256?: string): TaskSpec => ({
  ...BUILTIN_TASK,
  corpus: { kind: 'url', url, ...(sha256 && { sha256 }) },
});

describe('a corpus from the network', () => {
  it('is fetched once, with progress, and then found offline', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests++;
      response.writeHead(200, { 'content-length': TEXT.length });
      response.write(TEXT.slice(0, 9000));
      setTimeout(() => response.end(TEXT.slice(9000)), 20);
    });
    const store = memoryCorpora();
    const heard: TaskProgress[] = [];
    const first = await loadTask(taskAt(url), { store, onProgress: (event) => heard.push(event) });
    await goOffline();
    const second = await loadTask(taskAt(url), { store });
    expect(requests).toBe(1);
    expect(second.id).toBe(first.id);
    expect(first.train.bytes + first.validation.bytes + first.test.bytes).toBe(TEXT.length);
    const fetching = heard.filter(({ stage }) => stage === 'fetching');
    expect(fetching.length).toBeGreaterThanOrEqual(2);
    expect(fetching[0]).toMatchObject({ total: TEXT.length });
    expect(fetching.at(-1)).toMatchObject({ fraction: 1, received: TEXT.length });
  });

  it('says so when the machine is offline', async () => {
    const url = await serve((_request, response) => response.end());
    await goOffline();
    const loading = loadTask(taskAt(url), { store: memoryCorpora() });
    await expect(loading).rejects.toMatchObject({ name: 'TaskError', kind: 'offline' });
    await expect(loading).rejects.toThrow('The built-in task needs no network');
  });

  it('says so when the connection breaks, and keeps nothing', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': TEXT.length });
      response.write(TEXT.slice(0, 100), () => response.destroy());
    });
    const store = memoryCorpora();
    await expect(loadTask(taskAt(url), { store })).rejects.toMatchObject({ kind: 'offline' });
    expect(await store.list()).toEqual([]);
  });

  it.each([
    [404, 'Nothing is at that address'],
    [403, 'download it by other means'],
    [503, 'try again later'],
  ])('says what an answer of %i means', async (status, advice) => {
    const url = await serve((_request, response) => response.writeHead(status).end());
    const loading = loadTask(taskAt(url), { store: memoryCorpora() });
    await expect(loading).rejects.toMatchObject({ kind: 'http' });
    await expect(loading).rejects.toThrow(`HTTP status ${status}. `);
    await expect(loading).rejects.toThrow(advice);
  });

  it('is refused when it is too large: before it comes, or as soon as it shows', async () => {
    const stated = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': MAX_CORPUS_BYTES + 1 }).flushHeaders();
    });
    const one = loadTask(taskAt(stated), { store: memoryCorpora() });
    await expect(one).rejects.toMatchObject({ kind: 'too large' });
    await goOffline();
    const endless = await serve((_request, response) => {
      const chunk = Buffer.alloc(2 ** 20, 'a');
      const more = () => {
        while (response.write(chunk)) if (response.destroyed) return;
      };
      response.on('drain', more).on('error', () => {});
      more();
    });
    const two = loadTask(taskAt(endless), { store: memoryCorpora() });
    await expect(two).rejects.toMatchObject({ kind: 'too large' });
  });

  it('is refused when it is not the text that the task was made with', async () => {
    const url = await serve((_request, response) => response.end(TEXT));
    const loading = loadTask(taskAt(url, '0'.repeat(64)), { store: memoryCorpora() });
    await expect(loading).rejects.toMatchObject({ kind: 'changed' });
  });

  it('is refused, and not kept, when it is no text', async () => {
    const url = await serve((_request, response) => response.end(Buffer.from([0x61, 0xff])));
    const store = memoryCorpora();
    await expect(loadTask(taskAt(url), { store })).rejects.toMatchObject({ kind: 'not UTF-8' });
    expect(await store.list()).toEqual([]);
  });

  it('ends at once when it is aborted, with the reason given', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': TEXT.length });
      response.write(TEXT.slice(0, 100));
    });
    const controller = new AbortController();
    const loading = loadTask(taskAt(url), {
      store: memoryCorpora(),
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('no longer wanted')),
    });
    await expect(loading).rejects.toThrow('no longer wanted');
    const never = loadTask(taskAt(url), { store: memoryCorpora(), signal: AbortSignal.abort() });
    await expect(never).rejects.toMatchObject({ name: 'AbortError' });
  });
});
