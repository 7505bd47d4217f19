import type { TrialResult } from '../../model/harness/trial';
import type { ProgramSource } from '../../model/programs/program';
import type { Budget } from '../../model/tasks/task';

/**
 * What a person may ask of a study that has come to rest: do its changes hold up on seeds that it never
 * used (`replication`), which of them still matter in the final program (`attribution`), and is the final
 * program better at a larger size and with more training too (`transfer`)?
 */
export type FollowUpKind = 'replication' | 'attribution' | 'transfer';

export const FOLLOW_UP_KINDS: readonly FollowUpKind[] = ['replication', 'attribution', 'transfer'];

/** One program of a follow-up, run on every seed of its plan. */
export interface Arm {
  /** Unique in its plan. */
  readonly id: string;
  readonly title: string;
  readonly program: ProgramSource;
  /** In place of the task's own. */
  readonly budget?: Budget;
}

/** Two arms that are compared seed by seed: `arm` minus `against` in bits per byte. */
export interface PlannedComparison {
  readonly arm: string;
  readonly against: string;
  readonly title: string;
  /** The experiment whose change it is about; null for the whole way from the baseline to the final. */
  readonly experiment: string | null;
  /** Kept for being simpler: it may lose as much as this, in bits per byte. */
  readonly margin: number;
}

/** All that a follow-up will run, decided when it begins, so that it can be resumed from its log alone. */
export interface FollowUpPlan {
  readonly kind: FollowUpKind;
  readonly seeds: readonly number[];
  readonly arms: readonly Arm[];
  readonly comparisons: readonly PlannedComparison[];
  /** Whether its trials are scored on the sealed test too. */
  readonly scoreTest: boolean;
  /** What could not be built, and other things to know, in words. */
  readonly notes: readonly string[];
  /** Bits per byte that no model can go below, where the generator of the text is known. */
  readonly entropy?: { readonly validation: number; readonly test: number };
}

/** A trial of a follow-up that ended, void ones included. */
export interface FollowUpTrial {
  readonly arm: string;
  readonly seed: number;
  readonly result: TrialResult;
}

/** A follow-up as its study's log tells of it. */
export interface FollowUp {
  readonly id: string;
  readonly plan: FollowUpPlan;
  readonly trials: readonly FollowUpTrial[];
  /** `open`: not ended; under way, paused, or cut off with the program that ran it. */
  readonly status: 'open' | 'ended';
  /** Why it was paused, in words; null while it runs and once it has ended. */
  readonly paused: string | null;
  readonly startedAt: number;
}

/** What a study's log says of its follow-ups. */
export type FollowUpEvent =
  | {
      readonly type: 'follow-up-started';
      readonly followUp: string;
      readonly plan: FollowUpPlan;
    }
  | {
      readonly type: 'follow-up-trial-ended';
      readonly followUp: string;
      readonly arm: string;
      readonly seed: number;
      readonly result: TrialResult;
    }
  | { readonly type: 'follow-up-paused'; readonly followUp: string; readonly reason: string }
  | { readonly type: 'follow-up-ended'; readonly followUp: string };
