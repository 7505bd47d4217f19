import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { History, StudyEvent } from '../study';
import { HistoryError } from './errors';
import { studyEvent } from './format/event';
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

  /** Appends to one study wait for each other, in the order of the calls. */
  function inOrder<T>(study: string, work: () => Promise<T>): Promise<T> {
    const turn = (queue.get(study) ?? Promise.resolve()).then(work, work);
    queue.set(study, turn);
    return turn;
  }

  return {
    append: (study, event) =>
      inOrder(study, async () => {
        if (event.type === 'study-created') await mkdir(folder, { recursive: true });
        await appendLine(pathOf(study), study, event);
        if (event.type === 'study-created') await flushFolder(folder);
      }),
    async events(study) {
      const text = await readOrNull(pathOf(study));
      return text === null ? [] : completeLines(text).map((line, i) => parseLine(study, line, i));
    },
    async studies() {
      const names = (await readdir(folder).catch(nullIfMissing)) ?? [];
      const entries: StudyEntry[] = [];
      for (const name of names.filter((name) => name.endsWith(SUFFIX))) {
        const study = name.slice(0, -SUFFIX.length);
        const first = completeLines((await readOrNull(join(folder, name))) ?? '')[0];
        const event = first === undefined ? null : parseLine(study, first, 0);
        if (event?.type === 'study-created') entries.push(entryOf(event));
      }
      return newestFirst(entries);
    },
    remove: (study) => inOrder(study, () => rm(pathOf(study), { force: true })),
  };
}

const SUFFIX = '.jsonl';

async function appendLine(path: string, study: string, event: StudyEvent): Promise<void> {
  const file = await open(path, event.type === 'study-created' ? 'a+' : 'r+').catch(nullIfMissing);
  if (!file) return checkAppend(study, true, event);
  try {
    const end = await endOfLines(file);
    checkAppend(study, end === 0, event);
    await file.truncate(end);
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    const { bytesWritten } = await file.write(line, 0, line.length, end);
    if (bytesWritten < line.length) throw new HistoryError(`no room left to write ${path}`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The size of the file in bytes, without a last line that was torn off in the middle of a write. */
async function endOfLines(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const last = Buffer.alloc(1);
  if (size > 0) await file.read(last, 0, 1, size - 1);
  return size === 0 || last[0] === NEWLINE
    ? size
    : (await file.readFile()).lastIndexOf(NEWLINE) + 1;
}

const NEWLINE = '\n'.charCodeAt(0);

function completeLines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

function parseLine(study: string, line: string, index: number): StudyEvent {
  const where = `line ${index + 1} of study ${study}`;
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    throw new HistoryError(`${where} is not JSON: was the file edited?`, { cause: error });
  }
  return studyEvent(json, where);
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
