import type { TrialRunner } from '../../agent/study';
import type { Diagnosis } from '../../model/harness/diagnose';
import type { Inspection } from '../../model/harness/inspect';
import type { TrialEvent, TrialRequest, TrialResult } from '../../model/harness/trial';
import type { ProgramSource } from '../../model/programs/program';
import type { TaskProgress } from '../../model/tasks/progress';
import type { Order, Prepared } from '../workers/protocol';
import { BenchWorkers } from './bench-workers';
import { Inspections } from './inspections';
import { firstOf, SilenceWatch } from './silence';
import type { Visibility } from './visibility';
import type { WorkerLink } from './worker-link';

/** Milliseconds without a sign of life after which a trial is ended from outside. */
const LONGEST_SILENCE = 120_000;

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
  readonly #workers: BenchWorkers;
  readonly #inspections: Inspections;
  /** Inspections while a trial is under way. */
  readonly #aside: Inspections;
  /** Trials under way. */
  #running = 0;
  /** Whether the last trial was void because its tab was hidden. */
  lastWasHidden = false;

  constructor(options: BenchOptions) {
    this.#options = options;
    const workers = new BenchWorkers(options.connect);
    this.#workers = workers;
    const longestSilence = options.longestSilence ?? LONGEST_SILENCE;
    this.#inspections = new Inspections({
      link: (signal) => workers.main(signal),
      drop: () => workers.endMain(),
      longestSilence,
    });
    this.#aside = new Inspections({
      link: (signal) => workers.side(signal),
      drop: () => workers.endSide(),
      longestSilence,
    });
  }

  /** Loads a task and picks a device, in a fresh worker. Rejects with the error's own words. */
  prepare(
    order: Order,
    onProgress: (progress: TaskProgress) => void,
    signal: AbortSignal,
  ): Promise<Prepared> {
    return this.#workers.prepare(order, onProgress, signal);
  }

  async run(
    request: TrialRequest,
    onEvent: (event: TrialEvent) => void,
    signal: AbortSignal,
  ): Promise<TrialResult> {
    this.#running++;
    try {
      // An inspection that is given up takes its worker with it.
      if (this.#inspections.busy) await firstOf(signal, this.#inspections.idle());
      return await this.#trial(request, onEvent, signal);
    } finally {
      this.#running--;
    }
  }

  async #trial(
    request: TrialRequest,
    onEvent: (event: TrialEvent) => void,
    signal: AbortSignal,
  ): Promise<TrialResult> {
    const order = this.#workers.order;
    const { visibility } = this.#options;
    const budget = request.budget ?? order.task.budget;
    const timed = budget.unit === 'seconds';
    if (timed && visibility.hidden()) await this.#untilSeen(signal);

    const link = await this.#workers.main(signal);
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
      if (this.lastWasHidden) await this.#workers.stop(link, trial);
      else if (result.status === 'void' || silence.isBroken) this.#workers.endMain();
      return result;
    } catch (error) {
      await this.#workers.stop(link, trial);
      throw error;
    } finally {
      silence.stop();
      hidden?.stop();
    }
  }

  /** In the worker of the trials; while that is in use, in one of its own, so that no clock is disturbed. */
  inspect(program: ProgramSource, signal: AbortSignal): Promise<Inspection> {
    return (this.#running > 0 ? this.#aside : this.#inspections).inspect(program, signal);
  }

  /**
   * Trains a program once and looks inside. Nothing else may train meanwhile. Rejects with what was wrong with
   * the program, or with its worker.
   */
  async diagnose(program: ProgramSource, signal: AbortSignal): Promise<Diagnosis> {
    this.#running++;
    try {
      if (this.#inspections.busy) await firstOf(signal, this.#inspections.idle());
      const link = await this.#workers.main(signal);
      const patience = this.#diagnosisPatience();
      const watch = new SilenceWatch(patience);
      const diagnosis = link.diagnose(program);
      diagnosis.catch(() => {});
      const tooLong = watch.broken.then((): never => {
        throw new Error(`it was not done in ${Math.round(patience / 1000)} seconds`);
      });
      try {
        return await firstOf(signal, diagnosis, link.died, tooLong);
      } catch (error) {
        await this.#workers.stop(link, diagnosis);
        throw error;
      } finally {
        watch.stop();
      }
    } finally {
      this.#running--;
    }
  }

  /** A diagnosis says nothing before its end: milliseconds after which there will be none. */
  #diagnosisPatience(): number {
    const { unit, amount } = this.#workers.order.task.budget;
    const longest = this.#options.longestSilence ?? LONGEST_SILENCE;
    return unit === 'seconds' ? longest + 4000 * amount : 10 * longest;
  }

  /** Ends the workers at once. */
  close(): void {
    this.#workers.endMain();
    this.#workers.endSide();
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
