/** Where a value comes from: a store, or a part of one. */
export interface Source<T> {
  subscribe(listener: () => void): () => void;
  get(): T;
}

/**
 * A value that changes more often than an eye can see, passed on at most once in `interval` milliseconds. The
 * first change after a quiet while is passed on at once, and the last one always arrives.
 */
export class Paced<T> implements Source<T> {
  readonly #source: Source<T>;
  readonly #interval: number;
  readonly #listeners = new Set<() => void>();
  #shown: T;
  #last = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #leave: (() => void) | null = null;

  constructor(source: Source<T>, interval: number) {
    this.#source = source;
    this.#interval = interval;
    this.#shown = source.get();
  }

  get = (): T => {
    // While nobody listens, nothing was passed on, and what is shown may be long out of date.
    if (this.#listeners.size === 0) this.#shown = this.#source.get();
    return this.#shown;
  };

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#leave ??= this.#source.subscribe(() => this.#changed());
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#leave?.();
      this.#leave = null;
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = null;
    };
  };

  #changed(): void {
    if (this.#timer !== null || this.#source.get() === this.#shown) return;
    const wait = this.#last + this.#interval - performance.now();
    if (wait <= 0) {
      this.#pass();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#pass();
    }, wait);
  }

  #pass(): void {
    this.#last = performance.now();
    this.#shown = this.#source.get();
    for (const listener of [...this.#listeners]) listener();
  }
}
