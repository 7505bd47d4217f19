import type { Reader } from '../../agent/history/format/readers';
import type { History } from '../../agent/study';

/** What the page needs of localStorage and sessionStorage. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Kept on this device; null where the browser keeps nothing. */
export const deviceShelf = (): Shelf | null => storageOf(() => window.localStorage);

/** Kept over a reload of this tab, and by no other one; null where the browser keeps nothing. */
export const tabShelf = (): Shelf | null => storageOf(() => window.sessionStorage);

function storageOf(get: () => Storage): Shelf | null {
  try {
    return get();
  } catch {
    return null;
  }
}

/**
 * One small thing of every study that is no part of its log and yet should outlive a reload: an entry of a
 * shelf for each study. What cannot be kept lasts as long as the page; what cannot be read is not there.
 */
export class StudyShelf<T> {
  readonly #shelf: Shelf | null;
  readonly #entry: string;
  readonly #reader: Reader<T>;

  constructor(shelf: Shelf | null, entry: string, reader: Reader<T>) {
    this.#shelf = shelf;
    this.#entry = entry;
    this.#reader = reader;
  }

  of(study: string): T | null {
    const entry = this.#nameOf(study);
    try {
      const json = this.#shelf?.getItem(entry);
      return json ? this.#reader(JSON.parse(json), entry) : null;
    } catch {
      return null;
    }
  }

  keep(study: string, value: T): void {
    try {
      this.#shelf?.setItem(this.#nameOf(study), JSON.stringify(value));
    } catch {
      // A full disk, or a window that keeps nothing.
    }
  }

  drop(study: string): void {
    try {
      this.#shelf?.removeItem(this.#nameOf(study));
    } catch {
      // What cannot be reached cannot be taken away either.
    }
  }

  #nameOf(study: string): string {
    return `${this.#entry}:${study}`;
  }
}

/** A history whose studies take what is kept beside them with them when they are removed. */
export function withShelves(
  history: History,
  shelves: readonly Pick<StudyShelf<unknown>, 'drop'>[],
): History {
  return {
    append: (...given) => history.append(...given),
    events: (study) => history.events(study),
    studies: () => history.studies(),
    async remove(study) {
      await history.remove(study);
      for (const shelf of shelves) shelf.drop(study);
    },
  };
}
