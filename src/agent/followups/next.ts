import type { Arm, FollowUp, FollowUpTrial } from './follow-up';
import { repeatsOf, unsteadyTrial } from './steadiness';

/** What a follow-up needs next. */
export type FollowUpStep =
  | { readonly do: 'run trial'; readonly arm: Arm; readonly seed: number; readonly trial: string }
  | { readonly do: 'end' };

/**
 * What a follow-up needs next: a pure function of its log, so that one which was killed anywhere goes on
 * as if it had not been. Seed by seed, and on each seed every arm: whatever slows or warms the machine
 * meets all arms alike, and half of a follow-up says something of all of them. Where trials are timed, those
 * that ran at another pace of the machine run again at the end.
 */
export function nextFollowUpStep(followUp: FollowUp, timed: boolean): FollowUpStep {
  const { plan, trials } = followUp;
  const givenUp = new Set(plan.arms.filter((arm) => isGivenUp(arm.id, trials)).map((a) => a.id));
  for (const seed of plan.seeds) {
    for (const arm of plan.arms) {
      if (givenUp.has(arm.id)) continue;
      const own = trials.filter((trial) => trial.arm === arm.id && trial.seed === seed);
      if (!own.some(({ result }) => result.status !== 'void'))
        return trialStep(followUp, arm, seed);
    }
  }
  const unsteady = timed ? unsteadyTrial(followUp) : null;
  if (!unsteady) return { do: 'end' };
  return trialStep(followUp, plan.arms.find(({ id }) => id === unsteady.arm)!, unsteady.seed);
}

function trialStep({ id, trials }: FollowUp, arm: Arm, seed: number): FollowUpStep {
  const earlier = trials.filter((trial) => trial.arm === arm.id && trial.seed === seed).length;
  const again = earlier > 0 ? `.${earlier + 1}` : '';
  return { do: 'run trial', arm, seed, trial: `${id}.${arm.id}.${seed}${again}` };
}

/** A program that crashed before it ever had a score would most likely crash on every other seed. */
function isGivenUp(arm: string, trials: readonly FollowUpTrial[]): boolean {
  const results = trials.filter((trial) => trial.arm === arm).map(({ result }) => result.status);
  return results.includes('crashed') && !results.includes('finished');
}

/** Trials that a follow-up has done, and that it has in all as far as its log tells. Repeats are in both. */
export function progressOf(followUp: FollowUp): { readonly done: number; readonly all: number } {
  const { plan, trials } = followUp;
  const scored = trials.filter(({ result }) => result.status !== 'void');
  const done = new Set(scored.map(({ arm, seed }) => `${arm} ${seed}`)).size + repeatsOf(followUp);
  const left = plan.arms.reduce((sum, arm) => {
    if (isGivenUp(arm.id, trials)) return sum;
    const own = new Set(scored.filter((t) => t.arm === arm.id).map(({ seed }) => seed));
    return sum + plan.seeds.length - own.size;
  }, 0);
  return { done, all: done + left };
}
