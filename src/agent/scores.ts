import type { TrialSummary } from '../model/harness/trial';
import type { Experiment } from './study';

/** Summaries of an experiment's finished trials, in the order they were run. */
export function summariesOf(experiment: Experiment): TrialSummary[] {
  return experiment.trials.flatMap(({ result }) =>
    result.status === 'finished' ? [result.summary] : [],
  );
}

/** Content hash of what an experiment computes; null when it was never traced to its end. */
export function graphHashOf(experiment: Experiment): string | null {
  return experiment.graphHash ?? summariesOf(experiment)[0]?.graphHash ?? null;
}

/** Mean val_bpb over an experiment's finished trials; null when none finished. */
export function scoreOf(experiment: Experiment): number | null {
  return meanOf(summariesOf(experiment), (summary) => summary.valBpb);
}

/** Mean of one measurement; null for no summaries at all. */
export function meanOf(
  summaries: readonly TrialSummary[],
  measure: (summary: TrialSummary) => number,
): number | null {
  if (summaries.length === 0) return null;
  return summaries.reduce((sum, summary) => sum + measure(summary), 0) / summaries.length;
}
