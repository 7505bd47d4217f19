import 'fake-indexeddb/auto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fileCorpora } from '../../../src/model/tasks/stores/files';
import { indexedDbCorpora } from '../../../src/model/tasks/stores/indexeddb';
import { memoryCorpora } from '../../../src/model/tasks/stores/memory';
import { type CorpusStore, corpusKey } from '../../../src/model/tasks/stores/store';

const folder = mkdtempSync(join(tmpdir(), 'corpora-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Stores that outlive what opened them. */
const LASTING: readonly [string, () => CorpusStore][] = [
  ['IndexedDB', () => indexedDbCorpora('test')],
  ['files', () => fileCorpora(join(folder, 'inner'))],
];

const key = corpusKey.url('https://example.org/a b/*?x=1&y=..%2F');
const bytes = Uint8Array.of(0, 255, 10, 13);

describe.each([['memory', memoryCorpora] as const, ...LASTING])('corpora in %s', (_name, open) => {
  it('are put, found, listed and removed', async () => {
    const store = open();
    expect(await store.get(key)).toBeUndefined();
    expect(await store.list()).toEqual([]);
    await store.put(key, bytes);
    await store.put(corpusKey.text('ab'), bytes);
    await store.put(corpusKey.text('ab'), Uint8Array.of(7));
    expect([...(await store.get(key))!]).toEqual([...bytes]);
    expect([...(await store.get(corpusKey.text('ab')))!]).toEqual([7]);
    expect([...(await store.list())].sort()).toEqual([corpusKey.text('ab'), key].sort());
    await store.remove(corpusKey.text('ab'));
    await store.remove('never put');
    expect(await store.list()).toEqual([key]);
  });
});

it.each(LASTING)('corpora in %s are there when it is opened again', async (_name, open) => {
  expect([...(await open().get(key))!]).toEqual([...bytes]);
});

it('a file is written whole or not at all: nothing half-written is left or listed', () => {
  expect(readdirSync(join(folder, 'inner'))).toHaveLength(1);
});
