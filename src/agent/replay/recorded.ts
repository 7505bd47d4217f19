import type { LossPoint, TrialResult } from '../../model/harness/trial';

/** The curve that a trial left; empty for one that says nothing. */
export function curveOf(result: TrialResult): readonly LossPoint[] {
  if (result.status === 'void') return [];
  return result.status === 'finished' ? result.summary.curve : result.curve;
}

/** Seconds of training that its curve tells of. */
export function trainingSeconds(result: TrialResult): number {
  const last = curveOf(result).at(-1)?.seconds ?? 0;
  const said = result.status === 'finished' ? result.summary.trainingSeconds : last;
  return Number.isFinite(said) ? Math.max(0, said) : 0;
}

/** Milliseconds that a trial took by its own account; 0 for one of which nothing can be shown. */
export function recordedMilliseconds(result: TrialResult): number {
  if (curveOf(result).length === 0) return 0;
  const total = result.status === 'finished' ? result.summary.totalSeconds : 0;
  return 1000 * Math.max(Number.isFinite(total) ? total : 0, trainingSeconds(result));
}
