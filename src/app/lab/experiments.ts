import { scoreOf } from '../../agent/scores';
import { staircase } from '../../agent/staircase';
import type { Decision, Experiment, Study } from '../../agent/study';
import type { LabSnapshot } from './lab';

/** How an experiment is marked wherever it appears. */
export type Mark = Decision | 'baseline' | 'running' | 'waiting';

export const MARK_WORDS: Readonly<Record<Mark, string>> = {
  baseline: 'baseline',
  keep: 'kept',
  discard: 'discarded',
  inconclusive: 'inconclusive',
  crash: 'crashed',
  running: 'running',
  waiting: 'unfinished',
};

/** `running`: whether the loop is at work, so that what has no verdict is under way and not left over. */
export function markOf({ verdict }: Experiment, running: boolean): Mark {
  if (!verdict) return running ? 'running' : 'waiting';
  return verdict.ground === 'baseline' ? 'baseline' : verdict.decision;
}

/** Whether what has no verdict yet is under way: the loop runs, or a replay stands where it ran. */
export function isAtWork({ activity, study }: LabSnapshot): boolean {
  return activity === 'running' || (activity === 'replaying' && study?.status === 'running');
}

export function experimentById(study: Study | null, id: string | null): Experiment | null {
  return (id !== null && study?.experiments.find((experiment) => experiment.id === id)) || null;
}

/** The experiment that waits for its verdict; while the loop runs, it is the one that trials are run for. */
export function openExperiment(study: Study | null): Experiment | null {
  return study?.experiments.find((experiment) => !experiment.verdict) ?? null;
}

/** The experiment that the page is about: the one picked, else the one under way, else the last. */
export function focusOf({ study, selected }: LabSnapshot): Experiment | null {
  return (
    experimentById(study, selected) ?? openExperiment(study) ?? study?.experiments.at(-1) ?? null
  );
}

/** The score that candidates must beat; null before the baseline has one. */
export function bestScore(study: Study): number | null {
  const incumbent = experimentById(study, study.incumbent);
  return incumbent ? scoreOf(incumbent) : null;
}

/** An experiment of the chart of the best so far. */
export interface Dot {
  readonly id: string;
  readonly number: number;
  /** Where it stands, in bits per byte; null for one without a score. */
  readonly level: number | null;
  /** The level of the best program once this one was decided. */
  readonly best: number | null;
  readonly mark: Mark;
  readonly title: string;
}

/** All experiments that have a place in the chart: the ones with a score, and those that never will. */
export function dotsOf(study: Study, running: boolean): readonly Dot[] {
  return staircase(study)
    .map(({ experiment: id, number, title, score, level, best }, i) => ({
      id,
      number,
      title,
      level: level ?? score,
      best,
      mark: markOf(study.experiments[i]!, running),
    }))
    .filter((dot) => dot.level !== null || dot.mark === 'crash');
}

/** Changes that were kept, the baseline not counted. */
export function improvementsOf(study: Study): number {
  return study.experiments.filter(
    ({ verdict }) => verdict?.decision === 'keep' && verdict.ground !== 'baseline',
  ).length;
}

/** Where a seed stands in the order that the study met its seeds, from 1: seeds themselves are large. */
export function seedNumber(study: Study, seed: number): number {
  const seeds: number[] = [];
  const meet = (value: number) => seeds.includes(value) || seeds.push(value);
  for (const experiment of study.experiments)
    for (const trial of experiment.trials) meet(trial.seed);
  if (study.inFlight) meet(study.inFlight.seed);
  return seeds.includes(seed) ? seeds.indexOf(seed) + 1 : seeds.length + 1;
}
