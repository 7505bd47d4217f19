import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { HistoryError } from '../../../src/agent/history/errors';
import { createIndexedDbHistory } from '../../../src/agent/history/indexed-db';
import { created } from '../fixtures';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the history in IndexedDB', () => {
  it('asks the browser to flush every append to the disk', async () => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    await createIndexedDbHistory('strict').append('study-a', created());
    expect(transaction).toHaveBeenLastCalledWith(expect.anything(), 'readwrite', {
      durability: 'strict',
    });
  });

  it('appends from two connections in turn', async () => {
    const [one, two] = [createIndexedDbHistory('two'), createIndexedDbHistory('two')];
    await one.append('study-a', created());
    const resumed = (at: number) => ({ type: 'study-resumed', at }) as const;
    await Promise.all([
      one.append('study-a', resumed(1)),
      two.append('study-a', resumed(2)),
      one.append('study-a', resumed(3)),
    ]);
    expect((await two.events('study-a')).map((event) => event.at).sort()).toEqual([1, 1, 2, 3]);
  });

  it('says what to do when the disk is full, and keeps what was there', async () => {
    const history = createIndexedDbHistory('full');
    await history.append('study-a', created());
    const add = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError');
    });
    const append = () => history.append('study-a', { type: 'study-resumed', at: 2 });
    await expect(append()).rejects.toThrow(HistoryError);
    await expect(append()).rejects.toThrow(/no room left for this site/);
    add.mockRestore();
    await append();
    expect((await history.events('study-a')).length).toBe(2);
  });

  it('lets a newer version of the lab upgrade, and opens again afterwards', async () => {
    const history = createIndexedDbHistory('upgrade');
    await history.append('study-a', created());
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.deleteDatabase('upgrade');
      request.onsuccess = () => resolve();
      request.onerror = () => reject(request.error);
    });
    await history.append('study-a', created());
    expect((await history.events('study-a')).length).toBe(1);
  });
});
