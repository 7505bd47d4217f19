/**
 * Jobs of which only the newest counts. A new job ends the one before and begins when that has ended, so
 * that two never run at once.
 */
export class Jobs {
  #last: Promise<void> = Promise.resolve();
  #abort = new AbortController();
  readonly #onIdle: () => void;
  readonly #onError: (error: unknown) => void;

  /** `onIdle` is called when no job is left, `onError` with what a job threw while it still counted. */
  constructor(onIdle: () => void, onError: (error: unknown) => void) {
    this.#onIdle = onIdle;
    this.#onError = onError;
  }

  replace(job: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#abort.abort(new Error('another job took its place'));
    const abort = new AbortController();
    this.#abort = abort;
    this.#last = this.#last.then(async () => {
      try {
        if (!abort.signal.aborted) await job(abort.signal);
      } catch (error) {
        if (!abort.signal.aborted) this.#onError(error);
      }
      if (this.#abort === abort) this.#onIdle();
    });
    return this.#last;
  }
}
