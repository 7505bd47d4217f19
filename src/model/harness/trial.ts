import type { DeviceInfo } from '../../kernels/devices/device';
import type { SourceLine } from '../../kernels/graph/types';
import type { ProgramSource } from '../programs/program';
import type { Budget } from '../tasks/task';
import type { EarlyEnd } from './early-end';
import type { TrialParts } from './stopwatch';

/** One training run of one program with one seed. The task and the device come with the harness. */
export interface TrialRequest {
  readonly id: string;
  readonly program: ProgramSource;
  readonly seed: number;
  /** In place of the task's own, for probes and races. */
  readonly budget?: Budget;
  /**
   * Scores the sealed test split too. Asked for once a study has ended, for the programs it kept; never by
   * the loop, for a score that decides is not sealed.
   */
  readonly scoreTest?: true;
  /** Ends the trial where its curve shows it clearly worse than the incumbent. */
  readonly end?: EarlyEnd;
}

/** What a trial says while it runs. */
export type TrialEvent =
  | { readonly type: 'stage'; readonly stage: TrialStage }
  | {
      readonly type: 'planned';
      readonly device: DeviceInfo;
      readonly parameters: number;
      readonly flopsPerToken: number;
      readonly launchesPerStep: number;
    }
  | {
      readonly type: 'progress';
      /** Share of the budget used, 0 to 1. */
      readonly progress: number;
      readonly points: readonly LossPoint[];
      readonly tokensPerSecond: number;
    }
  | { readonly type: 'sample'; readonly step: number; readonly text: string }
  /** Where the wall-clock time went, once a trial has its score. */
  | { readonly type: 'spent'; readonly parts: TrialParts };

export type TrialStage = 'tracing' | 'planning' | 'warming up' | 'training' | 'evaluating';

/** Training loss of one step: mean nats per token by the harness's own cross-entropy. */
export interface LossPoint {
  readonly step: number;
  readonly tokens: number;
  readonly seconds: number;
  readonly loss: number;
}

export type TrialResult =
  | { readonly status: 'finished'; readonly summary: TrialSummary }
  | { readonly status: 'crashed'; readonly crash: Crash; readonly curve: readonly LossPoint[] }
  /** Ended by its request's `end`: clearly worse, and without a score. */
  | {
      readonly status: 'stopped';
      /** Share of the budget at the check that ended it. */
      readonly progress: number;
      /** Nats per token by which its smoothed training loss was above the incumbent's there. */
      readonly gap: number;
      readonly reason: string;
      readonly curve: readonly LossPoint[];
      /** In trials of a budget of seconds. */
      readonly pace?: PaceAndSpeed;
    }
  /** Disturbed from outside: says nothing of the program and runs again. */
  | { readonly status: 'void'; readonly reason: string; readonly pace?: PaceAndSpeed };

export interface TrialSummary {
  readonly valBpb: number;
  /** Bits per byte of the sealed test split, where the request asked for it. */
  readonly testBpb?: number;
  /** Seconds of training steps, and of everything from the first trace to the last score. */
  readonly trainingSeconds: number;
  readonly totalSeconds: number;
  readonly peakBytes: number;
  readonly tokens: number;
  readonly steps: number;
  readonly parameters: number;
  readonly flopsPerToken: number;
  /** Floating-point operations a second over the training seconds. */
  readonly achievedFlops: number;
  readonly launchesPerStep: number;
  readonly device: DeviceInfo;
  /** Thinned to at most 200 points. */
  readonly curve: readonly LossPoint[];
  readonly samples: readonly string[];
  /** How fast the machine itself was, in trials of a budget of seconds. */
  readonly pace?: Pace;
  /** Content hash of the traced graphs: equal for equal computations, whatever the source text. */
  readonly graphHash: string;
  /** Nodes that a result depends on, over all graphs of the program's own; missing in logs of before it was measured. */
  readonly graphNodes?: number;
  /**
   * Hash of what a trial draws from its seed: equal for programs whose parameters begin from the same
   * random numbers and whose batches are the same. Missing in logs of before it was measured.
   */
  readonly draws?: string;
}

/** What tells a slow machine from a slow program. */
export interface Pace {
  /** Milliseconds that one run of the lab's reference workload took, the mean of before and after training. */
  readonly reference: number;
  /** Share of the training time, 0 to 1, lost to chunks of steps that were held up. */
  readonly lost: number;
}

/** The pace of a trial that has no summary. */
export interface PaceAndSpeed extends Pace {
  readonly stepsPerSecond: number;
}

/** Why a program has no score, in words for whoever wrote it. */
export interface Crash {
  readonly kind:
    | 'syntax'
    | 'trace'
    | 'limit'
    | 'shape'
    | 'not finite'
    | 'exploded'
    | 'causality'
    | 'shader'
    | 'memory'
    | 'internal';
  readonly message: string;
  readonly at?: SourceLine;
}
