import { HistoryError } from '../history/errors';
import type { FollowUp, FollowUpEvent } from './follow-up';

/** The follow-ups of a study after one more of their events. Throws HistoryError for one never begun. */
export function foldFollowUps(
  followUps: readonly FollowUp[],
  event: FollowUpEvent & { readonly at: number },
): readonly FollowUp[] {
  const found = followUps.find(({ id }) => id === event.followUp);
  if (event.type === 'follow-up-started') {
    if (found) throw new HistoryError(`follow-up ${event.followUp} is begun a second time`);
    const { followUp: id, plan, at: startedAt } = event;
    return [...followUps, { id, plan, trials: [], status: 'open', paused: null, startedAt }];
  }
  if (!found) throw new HistoryError(`there is no follow-up ${event.followUp}: it never began`);
  return followUps.map((each) => (each === found ? after(each, event) : each));
}

function after(
  followUp: FollowUp,
  event: Exclude<FollowUpEvent, { type: 'follow-up-started' }>,
): FollowUp {
  switch (event.type) {
    case 'follow-up-trial-ended': {
      const { arm, seed, result } = event;
      if (!followUp.plan.arms.some(({ id }) => id === arm)) {
        throw new HistoryError(`follow-up ${followUp.id} has no arm ${arm} in its plan`);
      }
      return { ...followUp, paused: null, trials: [...followUp.trials, { arm, seed, result }] };
    }
    case 'follow-up-paused':
      return { ...followUp, paused: event.reason };
    case 'follow-up-ended':
      return { ...followUp, status: 'ended', paused: null };
  }
}
