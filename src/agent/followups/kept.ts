import type { Experiment, Study } from '../study';

/** The chain of kept programs: the baseline, the first that was kept, and so on to the incumbent. */
export function keptChain(study: Study): readonly Experiment[] {
  return study.experiments.filter(({ verdict }) => verdict?.decision === 'keep');
}
