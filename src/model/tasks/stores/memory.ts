import type { CorpusStore } from './store';

/** A store that ends with the process: for tests, and where a browser refuses to keep anything. */
export function memoryCorpora(): CorpusStore {
  const corpora = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    get: async (key) => corpora.get(key),
    put: async (key, bytes) => {
      corpora.set(key, bytes.slice());
    },
    list: async () => [...corpora.keys()],
    remove: async (key) => {
      corpora.delete(key);
    },
  };
}
