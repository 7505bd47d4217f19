import { median } from '../../model/harness/steadiness';
import { leaves, WIDTHS } from '../loop/band';
import type { FollowUp, FollowUpTrial } from './follow-up';

/** How often one program may run on one seed: a machine that never settles must not hold a follow-up up. */
const MOST_RUNS = 3;

/** A program and a seed whose trial has to run again. */
export interface Repeat {
  readonly arm: string;
  readonly seed: number;
}

/**
 * The first trial of a finished round whose pace was nothing like the others', to be run again; null where
 * there is none. A timed score says how far a program came on the machine as it then was: one whose machine
 * was slow hides a small gain, or makes one up. Pace alone decides, never the score, so that running again
 * leans to no side; the latest trial on a seed is the one that counts.
 *
 * Unlike the loop, which has to decide before the next trial, a follow-up sees all of its trials first: each is
 * held to the median of the whole, with the widths of a calm machine.
 */
export function unsteadyTrial({ plan, trials }: FollowUp): Repeat | null {
  const latest = latestOf(trials);
  const references = latest.flatMap(({ pace }) => (pace ? [pace.reference] : []));
  if (references.length < 3) return null;
  const reference = median(references);
  for (const seed of plan.seeds) {
    for (const { id } of plan.arms) {
      const own = latest.filter(({ arm }) => arm === id);
      const trial = own.find((each) => each.seed === seed);
      if (!trial?.pace || trial.runs >= MOST_RUNS || own.length < 3) continue;
      const usual = median(own.map(({ speed }) => speed));
      if (
        leaves(trial.pace.reference / reference, WIDTHS.reference) ||
        leaves(trial.speed / usual, WIDTHS.steps)
      )
        return { arm: id, seed };
    }
  }
  return null;
}

/** Trials that ran again because of their pace. */
export function repeatsOf({ trials }: FollowUp): number {
  return latestOf(trials).reduce((sum, { runs }) => sum + runs - 1, 0);
}

/** The latest finished trial of each program on each seed, and how many there were. */
function latestOf(trials: readonly FollowUpTrial[]) {
  const latest = new Map<string, ReturnType<typeof paced>>();
  for (const trial of trials) {
    if (trial.result.status !== 'finished') continue;
    const key = `${trial.arm} ${trial.seed}`;
    latest.set(key, paced(trial, (latest.get(key)?.runs ?? 0) + 1));
  }
  return [...latest.values()];
}

function paced({ arm, seed, result }: FollowUpTrial, runs: number) {
  const summary = result.status === 'finished' ? result.summary : null;
  const speed = summary ? summary.steps / summary.trainingSeconds : 0;
  return { arm, seed, runs, speed, pace: summary?.pace ?? null };
}
