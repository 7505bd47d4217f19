import { scoreOf } from './scores';
import type { Decision, Study } from './study';

/** One experiment on the chart of the best so far. */
export interface StaircasePoint {
  readonly number: number;
  readonly experiment: string;
  readonly title: string;
  readonly decision: Decision | 'running';
  /** Mean val_bpb over its own trials; null when none finished. */
  readonly score: number | null;
  /**
   * Where it stands against the staircase: the incumbent's level plus the mean paired difference. Scores
   * of different seeds differ by luck that both programs share; levels do not, so a kept improvement is
   * always a step down. Null when there is no difference to place it by.
   */
  readonly level: number | null;
  /** The level of the best program once this experiment was decided. */
  readonly best: number | null;
}

/** The study as the chart shows it, experiment by experiment. */
export function staircase(study: Study): StaircasePoint[] {
  let best: number | null = null;
  return study.experiments.map((experiment) => {
    const { id, number, title, verdict } = experiment;
    const score = scoreOf(experiment);
    const difference = verdict?.evidence.mean ?? null;
    const level: number | null =
      best === null ? score : difference === null ? null : best + difference;
    if (verdict?.decision === 'keep' && level !== null) best = level;
    const decision = verdict?.decision ?? 'running';
    return { number, experiment: id, title, decision, score, level, best };
  });
}
