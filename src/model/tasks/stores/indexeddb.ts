import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { CorpusStore } from './store';

interface CorpusSchema extends DBSchema {
  corpora: { key: string; value: Uint8Array<ArrayBuffer> };
}

/** The browser's store; works in the page and in its workers alike. Opened at the first use. */
export function indexedDbCorpora(name = 'loopy-corpora'): CorpusStore {
  let opened: Promise<IDBPDatabase<CorpusSchema>> | undefined;
  const database = (): Promise<IDBPDatabase<CorpusSchema>> => {
    opened ??= openDB<CorpusSchema>(name, 1, {
      upgrade: (db) => {
        db.createObjectStore('corpora');
      },
      terminated: () => {
        opened = undefined;
      },
    }).catch((error: unknown) => {
      opened = undefined; // a refused opening may succeed at the next try
      throw error;
    });
    return opened;
  };
  return {
    get: async (key) => (await database()).get('corpora', key),
    put: async (key, bytes) => {
      await (await database()).put('corpora', bytes, key);
    },
    list: async () => (await database()).getAllKeys('corpora'),
    remove: async (key) => {
      await (await database()).delete('corpora', key);
    },
  };
}
