import type { Study, Trial } from '../study';

/**
 * A study of a timed budget begins a new era when its machine settles at another pace: a score says how far
 * a program came in that time on that machine. Scores of two eras are not compared.
 */
export function eraOf(study: Study): number {
  return study.recalibrations?.length ?? 0;
}

/** Whether a trial may be compared with those of now. A crash is one in every era. */
export function isOfNow(study: Study, trial: Trial): boolean {
  return trial.result.status === 'crashed' || (trial.era ?? 0) === eraOf(study);
}
