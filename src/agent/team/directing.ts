import type { Study } from '../study';
import type { Director } from './director';
import { DIRECT_EVERY } from './options';

/** Asks the director when a study is opened, and after every few verdicts. */
export class Directing {
  #busy = false;
  #askedAt: number | null = null;

  get busy(): boolean {
    return this.#busy;
  }

  /** A study was opened. */
  reset(): void {
    this.#askedAt = null;
  }

  /** The directions, where they are due; null where they are not, or where the director has no answer. */
  async ask(
    director: Director | null,
    study: Study,
    signal: AbortSignal,
  ): Promise<readonly string[] | null> {
    const judged = judgedOf(study);
    const due = this.#askedAt === null || judged >= this.#askedAt + DIRECT_EVERY;
    if (!director || this.#busy || !due) return null;
    this.#busy = true;
    this.#askedAt = judged;
    try {
      const directions = await director.direct(study, signal);
      return signal.aborted ? null : directions;
    } catch {
      return null;
    } finally {
      this.#busy = false;
    }
  }
}

/** Experiments that have a verdict. */
export function judgedOf({ experiments }: Study): number {
  return experiments.filter(({ verdict }) => verdict !== null).length;
}
