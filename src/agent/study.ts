import type { TrialEvent, TrialRequest, TrialResult } from '../model/harness/trial';
import type { ProgramSource } from '../model/programs/program';
import type { TaskSpec } from '../model/tasks/task';

export type ResearcherName = 'claude' | 'local' | 'human' | 'replay';

/** One idea: what is expected, and the whole program that tests it. */
export interface Proposal {
  /** A sentence that a student learns from. */
  readonly hypothesis: string;
  /** The kind of edit, such as `learning-rate`; a researcher learns by kind. */
  readonly kind: string;
  readonly program: ProgramSource;
  /** The experiment whose program this one edits. */
  readonly parent: string;
  readonly researcher: ResearcherName;
}

export type Decision = 'keep' | 'discard' | 'inconclusive' | 'crash';

/** A decision with the numbers behind it. */
export interface Verdict {
  readonly decision: Decision;
  /** The decision explained in one or two sentences that quote the numbers. */
  readonly reason: string;
  readonly evidence: Evidence;
}

export interface Evidence {
  /** Candidate minus incumbent in val_bpb, seed by seed; negative is better. */
  readonly differences: readonly { readonly seed: number; readonly difference: number }[];
  readonly mean: number | null;
  /** Two-sided 95% interval of the mean difference, once there are two seeds. */
  readonly interval: readonly [number, number] | null;
  /** One-sided: how often luck alone would do as well. */
  readonly p: number | null;
}

export interface Trial {
  readonly id: string;
  readonly seed: number;
  readonly result: TrialResult;
}

/** A proposal, its trials and its verdict. Experiment 0 is the baseline. */
export interface Experiment extends Proposal {
  readonly id: string;
  readonly number: number;
  readonly trials: readonly Trial[];
  readonly verdict: Verdict | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

/** One run of the loop on one task, folded from its events (see history/fold.ts). */
export interface Study {
  readonly id: string;
  readonly task: TaskSpec;
  readonly taskId: string;
  readonly device: string;
  readonly createdAt: number;
  readonly experiments: readonly Experiment[];
  /** Id of the best experiment so far; null until the baseline has a score. */
  readonly incumbent: string | null;
  readonly status: 'running' | 'stopped' | 'finished';
}

/** The append-only log that a study is. Whatever the lab shows can be folded from these again. */
export type StudyEvent = { readonly at: number } & (
  | {
      readonly type: 'study-created';
      readonly study: string;
      readonly task: TaskSpec;
      readonly taskId: string;
      readonly device: string;
      readonly baseline: ProgramSource;
    }
  | {
      readonly type: 'experiment-proposed';
      readonly experiment: string;
      readonly proposal: Proposal;
    }
  | {
      readonly type: 'trial-started';
      readonly experiment: string;
      readonly trial: string;
      readonly seed: number;
    }
  | {
      readonly type: 'trial-ended';
      readonly experiment: string;
      readonly trial: string;
      readonly seed: number;
      readonly result: TrialResult;
    }
  | { readonly type: 'verdict'; readonly experiment: string; readonly verdict: Verdict }
  | { readonly type: 'study-stopped' }
  | { readonly type: 'study-finished' }
);

/** Whoever proposes. Returns null when it has nothing left to try. */
export interface Researcher {
  readonly name: ResearcherName;
  propose(study: Study, signal: AbortSignal): Promise<Proposal | null>;
}

/** Runs trials on one device, one after another; in the page it speaks to a worker. */
export interface TrialRunner {
  run(
    request: TrialRequest,
    onEvent: (event: TrialEvent) => void,
    signal: AbortSignal,
  ): Promise<TrialResult>;
}

/** Where studies are kept. An append has reached the disk when its promise resolves. */
export interface History {
  append(study: string, event: StudyEvent): Promise<void>;
  events(study: string): Promise<readonly StudyEvent[]>;
  /** Newest first. */
  studies(): Promise<
    readonly { readonly id: string; readonly createdAt: number; readonly task: string }[]
  >;
  remove(study: string): Promise<void>;
}
