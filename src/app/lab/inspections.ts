import type { Inspection } from '../../model/harness/inspect';
import type { ProgramSource } from '../../model/programs/program';
import { firstOf, SilenceWatch } from './silence';
import type { WorkerLink } from './worker-link';

export interface InspectionParts {
  /** The link to the worker, made anew where there is none. */
  readonly link: (signal: AbortSignal) => Promise<WorkerLink>;
  /** Ends a worker that is stuck or lost. */
  readonly drop: () => void;
  readonly longestSilence: number;
}

/** Inspections in one worker, one after another: a stuck one is ended without harm to the others. */
export class Inspections {
  readonly #parts: InspectionParts;
  #last: Promise<unknown> = Promise.resolve();
  #underWay = 0;

  constructor(parts: InspectionParts) {
    this.#parts = parts;
  }

  get busy(): boolean {
    return this.#underWay > 0;
  }

  /** Resolves when none is under way. */
  async idle(): Promise<void> {
    while (this.busy) await this.#last;
  }

  inspect(program: ProgramSource, signal: AbortSignal): Promise<Inspection> {
    const before = this.busy ? this.#last : null;
    this.#underWay++;
    const inspection = this.#after(before, program, signal).finally(() => this.#underWay--);
    this.#last = inspection.catch(() => {});
    return firstOf(signal, inspection);
  }

  async #after(
    before: Promise<unknown> | null,
    program: ProgramSource,
    signal: AbortSignal,
  ): Promise<Inspection> {
    if (before) await before;
    signal.throwIfAborted();
    return this.#now(program, signal);
  }

  async #now(program: ProgramSource, signal: AbortSignal): Promise<Inspection> {
    const link = await this.#parts.link(signal);
    const silence = new SilenceWatch(this.#parts.longestSilence);
    const inspection = link.inspect(program);
    inspection.catch(() => {});
    try {
      const found = await firstOf(
        signal,
        inspection,
        link.died.catch((error: Error): Inspection => ({ status: 'void', reason: error.message })),
        silence.broken.then((): Inspection => ({ status: 'void', reason: 'no answer came' })),
      );
      // A lost device or a stuck worker is of no use to whoever comes next.
      if (found.status === 'void') this.#parts.drop();
      return found;
    } catch (error) {
      // Tracing cannot be stopped from within; it has limits of its own, and a fresh worker has none to wait for.
      this.#parts.drop();
      throw error;
    } finally {
      silence.stop();
    }
  }
}
