import type { DeviceInfo, DeviceKind } from '../../kernels/devices/device';
import type { Diagnosis } from '../../model/harness/diagnose';
import type { Inspection } from '../../model/harness/inspect';
import type { TrialEvent, TrialRequest, TrialResult } from '../../model/harness/trial';
import type { ProgramSource } from '../../model/programs/program';
import type { TaskProgress } from '../../model/tasks/progress';
import type { TaskSpec } from '../../model/tasks/task';
import type { TaskFacts } from '../lab/facts';

/** What the trial worker does, as the page sees it through comlink. One call of `run` at a time. */
export interface TrialWorker {
  /** Loads the task and picks the device. Everything after that is about this task on this device. */
  prepare(order: Order, onProgress: (progress: TaskProgress) => void): Promise<Prepared>;
  run(
    request: TrialRequest,
    sampleEvery: number,
    onEvent: (event: TrialEvent) => void,
  ): Promise<TrialResult>;
  /** Traces and plans a program without training it. Not while a trial is under way. */
  inspect(program: ProgramSource): Promise<Inspection>;
  /** Trains a program once and looks inside. Not while a trial is under way; rejects with what was wrong with it. */
  diagnose(program: ProgramSource): Promise<Diagnosis>;
  /** Gives up the trial or the diagnosis under way; it then rejects. */
  stop(): void;
}

export interface Order {
  readonly task: TaskSpec;
  readonly device: DeviceChoice;
}

/** A kind of device, the fastest one there is, or the very one that a study began on, by name. */
export type DeviceChoice =
  | { readonly kind: DeviceKind | 'auto' }
  | { readonly kind: 'named'; readonly name: string };

export interface Prepared {
  readonly facts: TaskFacts;
  readonly device: DeviceInfo;
}
