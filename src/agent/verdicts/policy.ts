import type { Verdict } from '../study';
import type { Noise, Pair } from './evidence';

/** Everything that a policy may look at. */
export interface Comparison {
  /** Seeds on which both programs have a score, in the order they were run. */
  readonly pairs: readonly Pair[];
  /** Seeds that could still be run; at 0 a verdict is due. */
  readonly seedsLeft: number;
  /** Tokens of source, comments left out. */
  readonly tokens: { readonly candidate: number; readonly incumbent: number };
  /** Whether both programs trace to the same graphs. */
  readonly sameGraph: boolean;
  /** From the study's earlier experiments; null while nothing is known. */
  readonly noise: Noise | null;
}

/** Decides a comparison from the evidence so far, or asks for one more seed. Pure. */
export interface VerdictPolicy {
  /** Seeds that one comparison may use at most. */
  readonly seeds: number;
  decide(comparison: Comparison): 'more' | Verdict;
}
