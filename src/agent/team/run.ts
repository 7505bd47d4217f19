import type { LoopView, Study, TrialRunner } from '../study';

/** What a run of the loop lends to the team. */
export interface Run {
  loop: Omit<LoopView, 'inspect'> & { readonly inspect: TrialRunner['inspect'] | undefined };
  readonly abort: AbortController;
  readonly signal: AbortSignal;
  /** In the study when it was opened: a trial that was lost with its tab. */
  readonly lost: Study['inFlight'];
}
