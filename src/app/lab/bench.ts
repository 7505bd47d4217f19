import type { TrialRunner } from '../../agent/study';
import type { Inspection } from '../../model/harness/inspect';
import type { TrialEvent, TrialRequest, TrialResult } from '../../model/harness/trial';
import type { ProgramSource } from '../../model/programs/program';
import type { TaskProgress } from '../../model/tasks/progress';
import type { Order, Prepared } from '../workers/protocol';
import type { Visibility } from './visibility';
import type { WorkerLink } from './worker-link';

/** Milliseconds without a sign of life after which a trial is ended from outside. */
const LONGEST_SILENCE = 120_000;
/** Milliseconds that a trial has to end by itself once it is told to. */
const GRACE = 1500;

export interface BenchOptions {
  /** Starts a fresh worker. */
  readonly connect: () => WorkerLink;
  readonly visibility: Visibility;
  /** Told when a trial has to wait for the tab to be seen again, or goes on. */
  readonly onWaiting?: (waiting: boolean) => void;
  readonly longestSilence?: number;
}

/**
 * Runs trials in a worker and answers for it: a worker that dies or falls silent costs one trial, never
 * the lab, and a timed trial whose tab was hidden is void, since a hidden tab may be slowed down.
 */
export class Bench implements TrialRunner {
  readonly #options: BenchOptions;
  #link: WorkerLink | null = null;
  #order: Order | null = null;
  /** Whether the last trial was void because its tab was hidden. */
  lastWasHidden = false;

  constructor(options: BenchOptions) {
    this.#options = options;
  }

  /** Loads a task and picks a device, in a fresh worker. Rejects with the error's own words. */
  async prepare(
    order: Order,
    onProgress: (progress: TaskProgress) => void,
    signal: AbortSignal,
  ): Promise<Prepared> {
    this.close();
    const link = this.#options.connect();
    this.#link = link;
    try {
      const prepared = await firstOf(signal, link.prepare(order, onProgress), link.died);
      // From here on the study stays on this very device, whatever a fresh worker would pick.
      this.#order = { ...order, device: { kind: 'named', name: prepared.device.name } };
      return prepared;
    } catch (error) {
      if (this.#link === link) this.close();
      throw error;
    }
  }

  async run(
    request: TrialRequest,
    onEvent: (event: TrialEvent) => void,
    signal: AbortSignal,
  ): Promise<TrialResult> {
    const order = this.#order;
    if (!order) throw new Error('the bench has no task yet: prepare comes first');
    const { visibility } = this.#options;
    const budget = request.budget ?? order.task.budget;
    const timed = budget.unit === 'seconds';
    if (timed && visibility.hidden()) await this.#untilSeen(signal);

    if (!this.#link) await this.prepare(order, () => {}, signal);
    const link = this.#link!;
    const silence = new SilenceWatch(this.#options.longestSilence ?? LONGEST_SILENCE);
    const hidden = timed ? visibility.onceHidden() : null;
    const heard = (event: TrialEvent) => {
      silence.heard();
      onEvent(event);
    };
    const sampleEvery = timed ? Math.min(2.5, Math.max(0.4, budget.amount / 8)) : 2.5;
    const trial = link.run(request, sampleEvery, heard);
    // Whichever race it loses, its end is not an unhandled one.
    trial.catch(() => {});
    try {
      const result = await firstOf(
        signal,
        trial,
        link.died.catch((error: Error): TrialResult => ({ status: 'void', reason: error.message })),
        silence.broken.then(tooSilent),
        ...(hidden ? [hidden.happened.then(wasHidden)] : []),
      );
      this.lastWasHidden = result === VOID_BY_HIDING;
      if (this.lastWasHidden) await this.#end(link, trial);
      else if (result.status === 'void' || silence.isBroken) this.close();
      return result;
    } catch (error) {
      await this.#end(link, trial);
      throw error;
    } finally {
      silence.stop();
      hidden?.stop();
    }
  }

  async inspect(program: ProgramSource, signal: AbortSignal): Promise<Inspection> {
    const order = this.#order;
    if (!order) throw new Error('the bench has no task yet: prepare comes first');
    if (!this.#link) await this.prepare(order, () => {}, signal);
    const link = this.#link!;
    const silence = new SilenceWatch(this.#options.longestSilence ?? LONGEST_SILENCE);
    const inspection = link.inspect(program);
    inspection.catch(() => {});
    try {
      const found = await firstOf(
        signal,
        inspection,
        link.died.catch((error: Error): Inspection => ({ status: 'void', reason: error.message })),
        silence.broken.then((): Inspection => ({ status: 'void', reason: 'no answer came' })),
      );
      // A lost device or a stuck worker is of no use to the trial that follows.
      if (found.status === 'void') this.close();
      return found;
    } catch (error) {
      // Tracing cannot be stopped from within; it has limits of its own, and a fresh worker has none to wait for.
      this.close();
      throw error;
    } finally {
      silence.stop();
    }
  }

  /** Ends the worker at once. */
  close(): void {
    this.#link?.end();
    this.#link = null;
  }

  /** Asks the worker to stop, and ends it when it does not. */
  async #end(link: WorkerLink, trial: Promise<unknown>): Promise<void> {
    link.stop();
    const settled = trial.then(
      () => true,
      () => true,
    );
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, GRACE, false));
    if (!(await Promise.race([settled, late])) && this.#link === link) this.close();
  }

  async #untilSeen(signal: AbortSignal): Promise<void> {
    this.#options.onWaiting?.(true);
    try {
      await firstOf(signal, this.#options.visibility.untilVisible());
    } finally {
      this.#options.onWaiting?.(false);
    }
  }
}

export const VOID_BY_HIDING: TrialResult = {
  status: 'void',
  reason: 'this tab was hidden during a timed trial, and a hidden tab may be slowed down',
};

const wasHidden = (): TrialResult => VOID_BY_HIDING;

const tooSilent = (milliseconds: number): TrialResult => ({
  status: 'crashed',
  crash: {
    kind: 'limit',
    message:
      `no step came to an end in ${Math.round(milliseconds / 1000)} seconds, so the trial was ended: ` +
      'the program is too slow for this device',
  },
  curve: [],
});

/** The first of several promises to settle; rejects as soon as the signal aborts. */
function firstOf<T>(signal: AbortSignal, ...promises: readonly Promise<T>[]): Promise<T> {
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
class SilenceWatch {
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
