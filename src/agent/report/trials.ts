import { meanOf, summariesOf } from '../scores';
import { staircase } from '../staircase';
import type { Experiment, Study } from '../study';
import { DEFAULT_PAIRED } from '../verdicts/paired';

/** How a study climbed down: the best so far against what was spent on it. */
export interface Climb {
  readonly study: string;
  /** Who proposed, in the order they first did; the baseline's author does not count. */
  readonly researchers: readonly string[];
  readonly points: readonly ClimbPoint[];
  /** Mean val_bpb of the baseline over all of its trials; null while it has none. */
  readonly baseline: number | null;
}

export interface ClimbPoint {
  readonly number: number;
  readonly title: string;
  readonly mark: 'baseline' | 'keep' | 'discard' | 'inconclusive' | 'crash' | 'running';
  /** Trials of the study up to and with this experiment, void ones included. */
  readonly trials: number;
  readonly level: number | null;
  readonly best: number | null;
}

export function climbOf(study: Study): Climb {
  const spent = trialsSpent(study);
  const changes = study.experiments.slice(1);
  const [baseline] = study.experiments;
  return {
    study: study.id,
    researchers: [...new Set(changes.map(({ researcher }) => researcher))],
    points: staircase(study).map(({ number, title, decision, level, score, best }, i) => ({
      number,
      title,
      mark: study.experiments[i]?.verdict?.ground === 'baseline' ? 'baseline' : decision,
      trials: spent[i]!,
      level: level ?? score,
      best,
    })),
    baseline: baseline ? meanOf(summariesOf(baseline), ({ valBpb }) => valBpb) : null,
  };
}

/**
 * Trials spent up to the end of each experiment. A trial of the incumbent on a further seed is counted with
 * the first candidate that was run on that seed while it was to be beaten: it was run for that comparison.
 */
export function trialsSpent(study: Study): number[] {
  const { experiments } = study;
  const counts = experiments.map(() => 0);
  experiments.forEach((experiment, i) => {
    const own = ownTrials(experiment);
    experiment.trials.forEach(({ seed }, at) => {
      const later = experiments.findIndex(
        (other, k) => k > i && other.trials.some((trial) => trial.seed === seed),
      );
      const for_ = at < own || later < 0 ? i : later;
      counts[for_] = counts[for_]! + 1;
    });
  });
  let sum = 0;
  return counts.map((count) => {
    sum += count;
    return sum;
  });
}

/** Trials that an experiment had before its own verdict; they come first. */
function ownTrials({ verdict, trials }: Experiment): number {
  if (!verdict) return trials.length;
  const { differences, trials: spent } = verdict.evidence;
  if (spent !== undefined) return spent;
  const pairs = verdict.ground === 'baseline' ? DEFAULT_PAIRED.calibration : differences.length;
  if (pairs === 0) return trials.length;
  let scored = 0;
  const last = trials.findIndex(({ result }) => result.status !== 'void' && ++scored === pairs);
  return last < 0 ? trials.length : last + 1;
}
