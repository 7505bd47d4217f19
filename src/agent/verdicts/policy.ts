import type { Verdict } from '../study';
import type { StudyNoise } from './noise';

/** The scores of both programs on one seed, in val_bpb. */
export interface Pair {
  readonly seed: number;
  readonly candidate: number;
  readonly incumbent: number;
}

/** A score of the incumbent, and the number of pairs from which on it may be looked at. */
export interface IncumbentScore {
  readonly score: number;
  /** 0: it was known before the comparison began. */
  readonly from: number;
}

/** What makes a program simple: the nodes of its graphs, and the tokens of its source without comments. */
export interface Size {
  readonly tokens: number;
  /** Null in logs of before it was measured. */
  readonly nodes: number | null;
}

/** Everything that a policy may look at. */
export interface Comparison {
  /** Seeds on which both programs have a score, in the order they were run. */
  readonly pairs: readonly Pair[];
  /** Whether both programs draw the same numbers from a seed, so that luck they share cancels. */
  readonly paired: boolean;
  /** Every score of the incumbent that counts, those of the pairs among them: for unpaired evidence. */
  readonly incumbent: readonly IncumbentScore[];
  /** Seeds that could still be run; at 0 a verdict is due. */
  readonly seedsLeft: number;
  readonly size: { readonly candidate: Size; readonly incumbent: Size };
  /** Whether both programs trace to the same graphs. */
  readonly sameGraph: boolean;
  /** From what the study knew when the comparison began. */
  readonly noise: StudyNoise;
  /** What the sequential p of a gain must not exceed; fixed when the comparison began. */
  readonly level: number;
  /** In bpb: what keeps of simpler programs gave up so far in the study. */
  readonly givenUp: number;
  /** Trials of the candidate that ended, void ones included. */
  readonly trials: number;
}

/** Decides a comparison from the evidence so far, or asks for one more seed. Pure. */
export interface VerdictPolicy {
  /** Seeds that one comparison may use at most. */
  readonly seeds: number;
  /** Seeds on which an incumbent is run before anything is compared with it: the noise comes first. */
  readonly calibration: number;
  decide(comparison: Comparison): 'more' | Verdict;
}
