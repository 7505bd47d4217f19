import type { Study } from '../study';

/**
 * Turns the brief and the history into a short list of directions, most promising first. Asked when a study
 * is opened and after every few verdicts; what it throws leaves the list as it was.
 */
export interface Director {
  direct(study: Study, signal: AbortSignal): Promise<readonly string[]>;
}
