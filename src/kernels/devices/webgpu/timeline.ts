/** Begins something on the device; null where it cannot begin yet, and nothing has happened. */
export type Operation<T> = () => Promise<T> | null;

/**
 * Operations of a session in the order of their calls. Nearly always they begin at once; where one has to
 * wait (for a buffer in which to hand back its results), everything after it waits too.
 */
export class Timeline {
  readonly #waiting: (() => boolean)[] = [];

  /** `beforeWaiting` is called when the operation has to wait: to copy what its caller may change. */
  run<T>(operation: Operation<T>, beforeWaiting?: () => void): Promise<T> {
    const begun = this.#waiting.length === 0 ? operation() : null;
    if (begun) return begun;
    beforeWaiting?.();
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          const later = operation();
          later?.then(resolve, reject);
          return later !== null;
        } catch (error) {
          reject(error);
          return true;
        }
      });
    });
  }

  /** Begins what waits, as far as that is possible now. */
  advance(): void {
    while (this.#waiting[0]?.()) this.#waiting.shift();
  }
}
