import type { Experiment, Proposal, Study } from '../study';

/**
 * Reads a proposal before a trial is spent on it, and the evidence afterwards. Whatever it throws blocks
 * nothing: the proposal goes on as if nobody had read it.
 */
export interface Critic {
  read(proposal: Proposal, study: Study, signal: AbortSignal): Promise<Critique>;
  /** After a verdict: what it teaches, written down by the critic itself. */
  learn?(experiment: Experiment, study: Study, signal: AbortSignal): Promise<void>;
}

export interface Critique {
  /** Why no trial should be spent on it; the author may answer twice. Null lets it go on. */
  readonly objection: string | null;
  /** A word for whoever looks on; null where there is none. */
  readonly remark: string | null;
}
