import 'fake-indexeddb/auto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { HistoryError } from '../../../src/agent/history/errors';
import { exportStudy, importStudy } from '../../../src/agent/history/exchange';
import { createIndexedDbHistory } from '../../../src/agent/history/indexed-db';
import { createJsonLinesHistory } from '../../../src/agent/history/json-lines';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import type { History } from '../../../src/agent/study';
import { created, wholeLog } from '../fixtures';

/** Each opens a history twice on the same storage, where the storage outlives the object. */
const HISTORIES: Record<string, () => Promise<{ history: History; reopen: () => History }>> = {
  memory: async () => {
    const history = createMemoryHistory();
    return { history, reopen: () => history };
  },
  IndexedDB: async () => {
    const name = `test-${databases++}`;
    return { history: createIndexedDbHistory(name), reopen: () => createIndexedDbHistory(name) };
  },
  'JSON Lines': async () => {
    const folder = await mkdtemp(join(tmpdir(), 'loopy-history-'));
    folders.push(folder);
    const reopen = () => createJsonLinesHistory(join(folder, 'studies'));
    return { history: reopen(), reopen };
  },
};
let databases = 0;
const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe.each(Object.entries(HISTORIES))('a history in %s', (_name, create) => {
  it('returns what was appended, in order, after it is opened again', async () => {
    const { history, reopen } = await create();
    for (const event of wholeLog()) await history.append('study-a', event);
    expect(await reopen().events('study-a')).toEqual(wholeLog());
  });

  it('keeps the order of appends that do not wait for each other', async () => {
    const { history } = await create();
    await Promise.all(wholeLog().map((event) => history.append('study-a', event)));
    expect(await history.events('study-a')).toEqual(wholeLog());
  });

  it('keeps studies apart and lists them, newest first', async () => {
    const { history } = await create();
    await history.append('study-a', created('study-a', 10));
    await history.append('study-b', created('study-b', 20));
    await history.append('study', created('study', 5));
    await history.append('study-a', { type: 'study-resumed', at: 30 });
    expect(await history.studies()).toEqual([
      { id: 'study-b', createdAt: 20, task: 'names' },
      { id: 'study-a', createdAt: 10, task: 'names' },
      { id: 'study', createdAt: 5, task: 'names' },
    ]);
    expect((await history.events('study-a')).length).toBe(2);
    await history.remove('study-a');
    expect(await history.events('study-a')).toEqual([]);
    expect((await history.studies()).map((entry) => entry.id)).toEqual(['study-b', 'study']);
    expect((await history.events('study-b')).length).toBe(1);
  });

  it('has no events and no studies to begin with', async () => {
    const { history } = await create();
    expect(await history.events('study-a')).toEqual([]);
    expect(await history.studies()).toEqual([]);
    await history.remove('study-a');
  });

  it('refuses a log without its beginning, a second beginning and a name that is no name', async () => {
    const { history } = await create();
    const resumed = { type: 'study-resumed', at: 1 } as const;
    await expect(history.append('study-a', resumed)).rejects.toThrow(/does not exist/);
    await history.append('study-a', created());
    await expect(history.append('study-a', created())).rejects.toThrow(/exists already/);
    await expect(history.append('study-b', created('study-a'))).rejects.toThrow(HistoryError);
    await expect(history.append('../study', created('../study'))).rejects.toThrow(/cannot name/);
    await history.append('study-a', resumed);
    expect(await history.events('study-a')).toEqual([created(), resumed]);
    expect(await history.events('study-b')).toEqual([]);
  });

  it('refuses an append that somebody else came before', async () => {
    const { history, reopen } = await create();
    const resumed = { type: 'study-resumed', at: 1 } as const;
    await history.append('study-a', created(), 0);
    const other = reopen();
    await other.append('study-a', resumed, 1);
    await expect(history.append('study-a', resumed, 1)).rejects.toThrow(
      'study study-a was continued elsewhere, in another tab perhaps: its log has 2 events, not 1',
    );
    await history.append('study-a', resumed, 2);
    await other.append('study-a', resumed);
    expect((await history.events('study-a')).length).toBe(4);
  });

  it('exports a study and imports it again, and never over another', async () => {
    const { history } = await create();
    for (const event of wholeLog()) await history.append('study-a', event);
    const json = await exportStudy(history, 'study-a');
    await expect(importStudy(history, json)).rejects.toThrow(/already in the history/);
    await history.remove('study-a');
    expect((await importStudy(history, json)).incumbent).toBe('0');
    expect(await history.events('study-a')).toEqual(wholeLog());
  });
});
