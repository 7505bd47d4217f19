/**
 * Where corpora are kept on this machine: a fetched text under its address, a text of one's own under
 * its hash (see `corpusKey`). Keys are any text; values are read whole.
 */
export interface CorpusStore {
  get(key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  put(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** All keys, in no order. */
  list(): Promise<readonly string[]>;
  /** No error when there is no such key. */
  remove(key: string): Promise<void>;
}

export const corpusKey = {
  text: (sha256: string): string => `sha256:${sha256}`,
  url: (url: string): string => `url:${url}`,
};
