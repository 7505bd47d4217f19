import { proxy, type Remote, releaseProxy, wrap } from 'comlink';
import type { Diagnosis } from '../../model/harness/diagnose';
import type { Inspection } from '../../model/harness/inspect';
import type { TrialEvent, TrialRequest, TrialResult } from '../../model/harness/trial';
import type { ProgramSource } from '../../model/programs/program';
import type { TaskProgress } from '../../model/tasks/progress';
import { guardedWorker } from '../workers/guarded';
import type { Order, Prepared, TrialWorker } from '../workers/protocol';
import trialWorker from '../workers/trial.worker.ts?worker&url';

/** A trial worker with its life and its death. */
export interface WorkerLink extends TrialWorker {
  /** Never resolves; rejects when the worker dies of itself, with words for a person. */
  readonly died: Promise<never>;
  /** Ends the worker at once, whatever it is doing. */
  end(): void;
}

/** Starts the real worker. */
export function connectTrialWorker(): WorkerLink {
  return linkTo(guardedWorker(trialWorker, 'trials'));
}

export function linkTo(worker: Worker): WorkerLink {
  const remote: Remote<TrialWorker> = wrap<TrialWorker>(worker);
  const died = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      const said = event.message ? `: ${event.message}` : '';
      reject(new Error(`the worker that runs the trials ended unexpectedly${said}`));
    });
    worker.addEventListener('messageerror', () => {
      reject(new Error('the worker that runs the trials sent something unreadable'));
    });
  });
  // It is watched during calls alone; a death between them is met by the next call.
  died.catch(() => {});
  return {
    died,
    prepare: (order: Order, onProgress: (progress: TaskProgress) => void): Promise<Prepared> =>
      remote.prepare(order, proxy(onProgress)),
    run: (
      request: TrialRequest,
      sampleEvery: number,
      onEvent: (event: TrialEvent) => void,
    ): Promise<TrialResult> => remote.run(request, sampleEvery, proxy(onEvent)),
    inspect: (program: ProgramSource): Promise<Inspection> => remote.inspect(program),
    diagnose: (program: ProgramSource): Promise<Diagnosis> => remote.diagnose(program),
    stop: () => void remote.stop(),
    end: () => {
      remote[releaseProxy]();
      worker.terminate();
    },
  };
}
