import type { Experiment, Study } from '../../agent/study';
import type { LossPoint } from '../../model/harness/trial';
import { experimentById } from './experiments';
import type { LiveTrial } from './lab';

/** A trial whose curve is drawn. */
export interface ShownTrial {
  readonly experiment: string;
  /** The experiment's number. */
  readonly number: number;
  readonly seed: number;
  readonly points: readonly LossPoint[];
}

/** The live trial where there is one, else the last of this experiment that left a curve. */
export function shownTrial(
  study: Study,
  experiment: Experiment | null,
  live: LiveTrial | null,
): ShownTrial | null {
  if (live) {
    const { seed, points } = live;
    const own = experimentById(study, live.experiment);
    return { experiment: live.experiment, number: own?.number ?? 0, seed, points };
  }
  return experiment && lastTrial(experiment, null);
}

/**
 * The trial to hold against the one shown (of the experiment `shown`), with the same seed: the incumbent's that was the one to beat, or, while
 * the incumbent itself is trained for a comparison, the candidate's.
 */
export function rivalTrial(
  study: Study,
  experiment: Experiment | null,
  shown: string | null,
  seed: number | null,
): ShownTrial | null {
  if (!experiment || shown === null) return null;
  const rival = shown === experiment.id ? incumbentBefore(study, experiment) : experiment;
  return rival && lastTrial(rival, seed);
}

/** The best program at the time when this experiment was made. */
function incumbentBefore(study: Study, experiment: Experiment): Experiment | null {
  return (
    study.experiments
      .slice(0, experiment.number)
      .findLast(({ verdict }) => verdict?.decision === 'keep') ?? null
  );
}

/** The last trial, of this seed if one is named, that left a curve. */
function lastTrial(experiment: Experiment, seed: number | null): ShownTrial | null {
  for (const trial of [...experiment.trials].reverse()) {
    const { result } = trial;
    if (result.status === 'void' || (seed !== null && trial.seed !== seed)) continue;
    const points = result.status === 'finished' ? result.summary.curve : result.curve;
    if (points.length === 0) continue;
    return { experiment: experiment.id, number: experiment.number, seed: trial.seed, points };
  }
  return null;
}
