import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { History, StudyEvent } from '../study';
import { HistoryError } from './errors';
import { checkAppend, entryOf, newestFirst, type StudyEntry } from './rules';

interface HistorySchema extends DBSchema {
  /** Every event of every study, by study and place in its log. */
  events: { key: [study: string, sequence: number]; value: StudyEvent };
  studies: { key: string; value: StudyEntry };
}

const VERSION = 1;

/**
 * A history in the browser's own database. An append resolves when its transaction is complete and, by
 * `durability: 'strict'`, flushed: a tab killed right after loses nothing.
 */
export function createIndexedDbHistory(name = 'loopy-lab'): History {
  let opening: Promise<IDBPDatabase<HistorySchema>> | null = null;
  const database = () => {
    opening ??= open(name, () => {
      opening = null;
    }).catch((error: unknown) => {
      opening = null;
      throw storageError(error);
    });
    return opening;
  };

  return {
    async append(study, event, position) {
      const db = await database();
      const tx = db.transaction(['events', 'studies'], 'readwrite', { durability: 'strict' });
      const done = tx.done.catch((error: unknown) => {
        throw storageError(error);
      });
      // A failure inside the transaction is reported by the call that failed; `done` then rejects too.
      done.catch(() => {});
      try {
        const events = tx.objectStore('events');
        const last = await events.openKeyCursor(logOf(study), 'prev');
        const length = last ? last.key[1] + 1 : 0;
        checkAppend(study, length, event, position);
        await events.add(event, [study, length]);
        if (event.type === 'study-created') await tx.objectStore('studies').add(entryOf(event));
      } catch (error) {
        abortQuietly(tx);
        throw storageError(error);
      }
      await done;
    },
    async events(study) {
      return (await database()).getAll('events', logOf(study));
    },
    async studies() {
      return newestFirst(await (await database()).getAll('studies'));
    },
    async remove(study) {
      const db = await database();
      const tx = db.transaction(['events', 'studies'], 'readwrite', { durability: 'strict' });
      await Promise.all([
        tx.objectStore('events').delete(logOf(study)),
        tx.objectStore('studies').delete(study),
        tx.done,
      ]);
    },
  };
}

function open(name: string, closed: () => void): Promise<IDBPDatabase<HistorySchema>> {
  return openDB<HistorySchema>(name, VERSION, {
    upgrade(db) {
      db.createObjectStore('events');
      db.createObjectStore('studies', { keyPath: 'id' });
    },
    // A newer lab in another tab wants to upgrade: let it, and open again when next needed.
    blocking(_current, _blocked, event) {
      closed();
      (event.target as IDBDatabase | null)?.close();
    },
    // The browser closed the database, as when site data is cleared.
    terminated: closed,
  });
}

/** Keys of one log: in IndexedDB's order a list sorts after every number. */
function logOf(study: string): IDBKeyRange {
  return IDBKeyRange.bound([study], [study, []]);
}

function abortQuietly(tx: { abort(): void }): void {
  try {
    tx.abort();
  } catch {
    // It had ended by itself.
  }
}

function storageError(error: unknown): Error {
  if (error instanceof HistoryError) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new HistoryError(
    name === 'QuotaExceededError'
      ? 'the browser has no room left for this site: export and remove old studies, then resume'
      : `the browser's storage failed (${name}: ${message}); the study can be resumed from its last event`,
    { cause: error },
  );
}
