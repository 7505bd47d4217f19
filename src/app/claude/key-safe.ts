import type { Shelf } from '../lab/study-shelf';

/** The entry of localStorage that holds a remembered key. */
export const KEY_ENTRY = 'loopy-lab:claude-key';

interface Held {
  readonly key: string;
  /** The one origin that it was given for. */
  readonly origin: string;
}

/**
 * The one place of the page that holds the key. It is lent to a function, for the server that it was given for
 * and no other; nothing else of the page, its snapshots and its errors knows it.
 */
export class KeySafe {
  readonly #shelf: Shelf | null;
  #held: Held | null;
  #remembered: boolean;

  /** Null for the shelf where this browser keeps nothing. */
  constructor(shelf: Shelf | null) {
    this.#shelf = shelf;
    this.#held = read(shelf);
    this.#remembered = this.#held !== null;
  }

  /** The origin that a key is here for, or null. */
  get origin(): string | null {
    return this.#held?.origin ?? null;
  }

  get remembered(): boolean {
    return this.#remembered;
  }

  /** Takes a key in, for as long as the page is open. */
  put(key: string, origin: string): void {
    this.forget();
    this.#held = { key, origin };
  }

  /** Keeps the key on this device, or no longer. */
  remember(on: boolean): void {
    try {
      if (on && this.#held) this.#shelf?.setItem(KEY_ENTRY, JSON.stringify(this.#held));
      else this.#shelf?.removeItem(KEY_ENTRY);
    } catch {
      // A full disk, or a window that keeps nothing: the key then lasts as long as the page.
    }
    this.#remembered = read(this.#shelf) !== null;
  }

  /** Out of the page and off the device. */
  forget(): void {
    this.#held = null;
    this.remember(false);
  }

  /** Throws where there is no key for this origin. */
  lend<T>(origin: string, use: (key: string) => T): T {
    if (this.#held?.origin !== origin) throw new Error(`there is no key for ${origin}: give one`);
    return use(this.#held.key);
  }
}

function read(shelf: Shelf | null): Held | null {
  try {
    const { key, origin } = JSON.parse(shelf?.getItem(KEY_ENTRY) ?? '{}') as Partial<Held>;
    return typeof key === 'string' && typeof origin === 'string' ? { key, origin } : null;
  } catch {
    return null;
  }
}
