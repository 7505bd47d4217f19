import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { History } from '../study';
import { HistoryError } from './errors';
import { completeLines, parseLine } from './lines';
import { checkAppend, checkName, entryOf, newestFirst, type StudyEntry } from './rules';

/**
 * A history of text files, one for each study and one JSON event on each line: for the terminal alone,
 * since only Node has files. An append is flushed to the disk before it resolves. A last line that was
 * torn by a crash is ignored when reading and cut off by the next append. One process writes at a time.
 */
export function createJsonLinesHistory(folder: string): History {
  const pathOf = (study: string) => {
    checkName(study);
    return join(folder, `${study}${SUFFIX}`);
  };
  const queue = new Map<string, Promise<unknown>>();
  const extents = new Map<string, Extent>();

  /** Appends to one study wait for each other, in the order of the calls. */
  function inOrder<T>(study: string, work: () => Promise<T>): Promise<T> {
    const turn = (queue.get(study) ?? Promise.resolve()).then(work, work);
    queue.set(study, turn);
    return turn;
  }

  return {
    append: (study, event, position) =>
      inOrder(study, async () => {
        const creates = event.type === 'study-created';
        const path = pathOf(study);
        if (creates) await mkdir(folder, { recursive: true });
        const file = await open(path, creates ? 'a+' : 'r+').catch(nullIfMissing);
        if (!file) return checkAppend(study, 0, event, position);
        try {
          const extent = await extentOf(file, extents.get(study));
          checkAppend(study, extent.lines, event, position);
          extents.set(study, await appendLine(file, extent, JSON.stringify(event)));
        } finally {
          await file.close();
        }
        if (creates) await flushFolder(folder);
      }),
    async events(study) {
      const text = await readOrNull(pathOf(study));
      return text === null
        ? []
        : completeLines(text).map((line, i) => parseLine(`study ${study}`, line, i));
    },
    async studies() {
      const names = (await readdir(folder).catch(nullIfMissing)) ?? [];
      const entries: StudyEntry[] = [];
      for (const name of names.filter((name) => name.endsWith(SUFFIX))) {
        const study = name.slice(0, -SUFFIX.length);
        const first = completeLines((await readOrNull(join(folder, name))) ?? '')[0];
        const event = first === undefined ? null : parseLine(`study ${study}`, first, 0);
        if (event?.type === 'study-created') entries.push(entryOf(event));
      }
      return newestFirst(entries);
    },
    remove: (study) => inOrder(study, () => rm(pathOf(study), { force: true })),
  };
}

const SUFFIX = '.jsonl';

/** The complete lines of a file, and where they end in bytes. */
interface Extent {
  readonly lines: number;
  readonly end: number;
}

/** The extent of a file. A file that still ends where it did the last time is not read again. */
async function extentOf(file: FileHandle, known: Extent | undefined): Promise<Extent> {
  const { size } = await file.stat();
  if (known?.end === size) return known;
  const bytes = await file.readFile();
  const lines = bytes.reduce((count, byte) => count + (byte === NEWLINE ? 1 : 0), 0);
  return { lines, end: bytes.lastIndexOf(NEWLINE) + 1 };
}

const NEWLINE = '\n'.charCodeAt(0);

/** Writes a line after the complete ones, in place of one that was torn, and flushes it to the disk. */
async function appendLine(file: FileHandle, { lines, end }: Extent, line: string): Promise<Extent> {
  await file.truncate(end);
  const bytes = Buffer.from(`${line}\n`);
  const { bytesWritten } = await file.write(bytes, 0, bytes.length, end);
  if (bytesWritten < bytes.length) throw new HistoryError('the disk has no room left');
  await file.sync();
  return { lines: lines + 1, end: end + bytes.length };
}

/** A file's name is on the disk once its folder has been flushed too; not every system lets us. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

async function readOrNull(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(nullIfMissing);
}

function nullIfMissing(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}
