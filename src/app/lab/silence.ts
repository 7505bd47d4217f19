/** The first of several promises to settle; rejects as soon as the signal aborts. */
export function firstOf<T>(signal: AbortSignal, ...promises: readonly Promise<T>[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    Promise.race(promises)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Notices when nothing is heard for too long. */
export class SilenceWatch {
  /** Resolves to the milliseconds of silence, if it comes to that. */
  readonly broken: Promise<number>;
  isBroken = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #begin!: () => void;

  constructor(longest: number) {
    this.broken = new Promise((resolve) => {
      this.#begin = () => {
        this.#timer = setTimeout(() => {
          this.isBroken = true;
          resolve(longest);
        }, longest);
      };
    });
    this.#begin();
  }

  heard(): void {
    this.stop();
    this.#begin();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
