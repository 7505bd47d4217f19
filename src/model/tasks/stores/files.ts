// Only the terminal and the tests import this file: it needs Node.

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CorpusStore } from './store';

/** A folder with one file for each corpus, named by its key with the odd characters escaped. */
export function fileCorpora(folder: string): CorpusStore {
  const fileOf = (key: string) => join(folder, encodeURIComponent(key).replaceAll('*', '%2A'));
  return {
    async get(key) {
      try {
        return new Uint8Array(await readFile(fileOf(key)));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async put(key, bytes) {
      await mkdir(folder, { recursive: true });
      // Written aside and renamed, so that a reader never finds half a corpus.
      const aside = `${fileOf(key)}.${process.pid}${PARTIAL}`;
      await writeFile(aside, bytes);
      await rename(aside, fileOf(key));
    },
    async list() {
      try {
        const files = await readdir(folder);
        return files.filter((file) => !file.endsWith(PARTIAL)).map(decodeURIComponent);
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
    remove: (key) => rm(fileOf(key), { force: true }),
  };
}

const PARTIAL = '.partial';

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
