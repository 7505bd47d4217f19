/** Those who wait until something has changed. */
export class Wakers {
  readonly #wakers = new Set<() => void>();

  wake(): void {
    for (const wake of [...this.#wakers]) wake();
  }

  /** Resolves with the next change, or when the signal aborts. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wakers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#wakers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
