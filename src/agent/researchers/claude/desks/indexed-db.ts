import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { DeskStore } from './store';

interface DeskSchema extends DBSchema {
  desks: { key: [study: string, name: string]; value: string };
}

const VERSION = 1;

/**
 * Desks in the browser's own database, one of their own beside the history's: they come and go, and a history
 * must open whatever becomes of them.
 */
export function createIndexedDbDesks(name = 'loopy-lab-desks'): DeskStore {
  let opening: Promise<IDBPDatabase<DeskSchema>> | null = null;
  const closed = () => {
    opening = null;
  };
  const database = () => {
    opening ??= open(name, closed).catch((error: unknown) => {
      closed();
      throw error;
    });
    return opening;
  };
  return {
    async load(study, desk) {
      return (await (await database()).get('desks', [study, desk])) ?? null;
    },
    async save(study, desk, json) {
      const tx = (await database()).transaction('desks', 'readwrite', { durability: 'strict' });
      await Promise.all([tx.store.put(json, [study, desk]), tx.done]);
    },
    async remove(study, desk) {
      const key =
        desk === undefined
          ? IDBKeyRange.bound([study], [study, []])
          : IDBKeyRange.only([study, desk]);
      await (await database()).delete('desks', key);
    },
  };
}

function open(name: string, closed: () => void): Promise<IDBPDatabase<DeskSchema>> {
  return openDB<DeskSchema>(name, VERSION, {
    upgrade(db) {
      db.createObjectStore('desks');
    },
    // A newer lab in another tab wants to upgrade: let it, and open again when next needed.
    blocking(_current, _blocked, event) {
      closed();
      (event.target as IDBDatabase | null)?.close();
    },
    terminated: closed,
  });
}
