import { latestFollowUp } from '../../agent/followups/results';
import type { FollowUpOptions, runFollowUp } from '../../agent/followups/run';
import type { Bench } from './bench';
import type { TaskFacts } from './facts';

export interface FollowOrder
  extends Pick<FollowUpOptions, 'study' | 'kind' | 'device' | 'history' | 'onEvent'> {
  readonly bench: Pick<Bench, 'lastWasHidden'>;
  readonly runner: FollowUpOptions['runner'];
  readonly facts: TaskFacts;
  readonly signal: AbortSignal;
}

/**
 * Runs a follow-up in this tab to its end, a pause by hand or trouble; resolves to what is to be said about
 * it, if anything.
 */
export async function follow(
  run: typeof runFollowUp,
  { bench, facts, ...options }: FollowOrder,
): Promise<string | null> {
  const entropy = facts.floors ? { entropy: facts.floors } : {};
  for (;;) {
    const study = await run({ ...options, ...entropy });
    if (options.signal.aborted) return null;
    const last = latestFollowUp(study, options.kind);
    // A tab that comes and goes makes void trials, which is no reason to pause for good.
    if (last?.paused && bench.lastWasHidden) continue;
    return last?.paused ? `The runs were paused: ${last.paused}.` : null;
  }
}
