import type { Inspection } from '../../model/harness/inspect';
import type { TrialRunner } from '../study';

/** Programs whose inspection is remembered. */
const MOST = 64;

/**
 * Inspections of one task on one device, each program looked at once: a proposal is checked by its author, by
 * the team and by the loop, and each look holds up a trial that runs in the same thread.
 */
export function remembered(inspect: TrialRunner['inspect'], most = MOST): TrialRunner['inspect'] {
  const known = new Map<string, Inspection>();
  return async (program, signal) => {
    signal.throwIfAborted();
    const text = JSON.stringify([program.model, program.optimizer]);
    const seen = known.get(text) ?? (await inspect(program, signal));
    known.delete(text);
    // What was disturbed says nothing of the program.
    if (seen.status !== 'void') known.set(text, seen);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return seen;
  };
}
