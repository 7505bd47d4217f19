import { list, record, text } from '../../agent/history/format/readers';
import type { Shelf } from './study-shelf';

const ENTRY = 'loopy-lab:absences';

interface Absent {
  readonly paused: readonly string[];
  readonly dismissed: readonly string[];
}

const NOBODY: Absent = { paused: [], dismissed: [] };
const ids = list(text(100), 100);
const absent = record<Absent>({ paused: ids, dismissed: ids });

/**
 * Members of the team whom a person paused or dismissed, by their ids. A team comes back with each load of
 * the page; who was told to stop must not go on then, and spend, without having been asked.
 */
export class Absences {
  readonly #shelf: Shelf | null;
  #now: Absent;

  /** On a shelf of the device, or (null) for as long as the page lasts. */
  constructor(shelf: Shelf | null) {
    this.#shelf = shelf;
    this.#now = kept(shelf);
  }

  isPaused(member: string): boolean {
    return this.#now.paused.includes(member);
  }

  isDismissed(member: string): boolean {
    return this.#now.dismissed.includes(member);
  }

  pause(member: string): void {
    const { paused, dismissed } = this.#now;
    this.#keep({ paused: [...without(paused, member), member], dismissed });
  }

  dismiss(member: string): void {
    const { paused, dismissed } = this.#now;
    const gone = [...without(dismissed, member), member];
    this.#keep({ paused: without(paused, member), dismissed: gone });
  }

  /** This member is to work again. */
  end(member: string): void {
    const { paused, dismissed } = this.#now;
    this.#keep({ paused: without(paused, member), dismissed: without(dismissed, member) });
  }

  /** A person chose the team anew. */
  endAll(): void {
    this.#keep(NOBODY);
  }

  #keep(now: Absent): void {
    this.#now = now;
    try {
      if (now.paused.length + now.dismissed.length === 0) this.#shelf?.removeItem(ENTRY);
      else this.#shelf?.setItem(ENTRY, JSON.stringify(now));
    } catch {
      // It then holds as long as the page.
    }
  }
}

/** What was kept before; what cannot be read is as if nobody were absent. */
function kept(shelf: Shelf | null): Absent {
  try {
    const json = shelf?.getItem(ENTRY);
    return json ? absent(JSON.parse(json), ENTRY) : NOBODY;
  } catch {
    return NOBODY;
  }
}

function without(members: readonly string[], member: string): readonly string[] {
  return members.filter((each) => each !== member);
}
