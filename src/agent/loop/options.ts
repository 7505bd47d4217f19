import type { TrialEvent } from '../../model/harness/trial';
import type { ProgramSource } from '../../model/programs/program';
import type { TaskSpec } from '../../model/tasks/task';
import type { History, Note, Researcher, Study, StudyEvent, TrialRunner } from '../study';
import type { VerdictPolicy } from '../verdicts/policy';

export interface NewStudy {
  readonly id?: string;
  readonly task: TaskSpec;
  /** Content hash of the task and its corpus. */
  readonly taskId: string;
  readonly baseline: ProgramSource;
  /** The human's direction to the researchers; default: none. */
  readonly brief?: string;
}

export interface LoopOptions {
  /** A new study, or the id of one in the history, to go on with. */
  readonly study: NewStudy | string;
  /** The device's name. Scores of different devices are not compared: a study stays on its own. */
  readonly device: string;
  readonly researcher: Researcher;
  readonly runner: TrialRunner;
  readonly history: History;
  readonly limits?: {
    /** Experiments in the study, the baseline not counted. */
    readonly experiments?: number;
    /** No experiment begins after this time, in milliseconds since 1970. */
    readonly until?: number;
  };
  /** Default: `pairedPolicy()`. */
  readonly policy?: VerdictPolicy;
  /** After each event has reached the history, with the study as it then stands. */
  readonly onEvent?: (event: StudyEvent, study: Study) => void;
  /**
   * Once the study is open, with the way to write in its log while the loop runs: nobody else may append
   * then. What was written has reached the history when its promise resolves.
   */
  readonly onOpen?: (write: (note: Note) => Promise<void>) => void;
  readonly onTrialEvent?: (trial: RunningTrial, event: TrialEvent) => void;
  /** Stops gently: the trial under way is given up, and the study can be resumed. */
  readonly signal?: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Milliseconds to wait before the n-th attempt (from 2) after a researcher failed. */
  readonly patience?: (attempt: number) => number;
  /** Milliseconds to wait for a calmer machine after the n-th disturbed trial in a row (from 1). */
  readonly calm?: (disturbed: number) => number;
}

export interface RunningTrial {
  readonly experiment: string;
  readonly trial: string;
  readonly seed: number;
}

/** The study cannot begin or go on as asked. */
export class LoopError extends Error {
  override readonly name = 'LoopError';
}
