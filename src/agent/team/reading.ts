import type { Proposal, Study } from '../study';
import type { Critic, Critique } from './critic';

const UNREAD: Critique = { objection: null, remark: null };

/**
 * What the critic says of a proposal. Whatever goes wrong with it, the proposal goes on as if nobody had read
 * it; null where the run is over, so that it is read in the next one.
 */
export async function critiqueOf(
  critic: Critic | null,
  proposal: Proposal,
  study: Study,
  signal: AbortSignal,
): Promise<Critique | null> {
  try {
    const critique = (await critic?.read(proposal, study, signal)) ?? UNREAD;
    return signal.aborted ? null : critique;
  } catch {
    return signal.aborted ? null : UNREAD;
  }
}
