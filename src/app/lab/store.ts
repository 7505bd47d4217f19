/** A value that changes as a whole, and those who want to know. */
export class Store<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get = (): T => this.#value;

  /** Replaces the named parts; the rest keeps its identity. */
  patch(parts: Partial<T>): void {
    this.#value = { ...this.#value, ...parts };
    for (const listener of [...this.#listeners]) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
