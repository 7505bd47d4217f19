import type { LossPoint, TrialResult } from '../../model/harness/trial';
import type { Budget } from '../../model/tasks/task';
import type { StudyEvent } from '../study';
import { curveOf, trainingSeconds } from './recorded';
import { type TimedTrial, type Timeline, trialAt } from './timeline';

/** A recorded trial as it looked while it ran. */
export interface TrialMoment {
  readonly trial: string;
  readonly experiment: string;
  readonly seed: number;
  readonly stage: 'starting' | 'training' | 'evaluating';
  /** Share of the budget used, 0 to 1. */
  readonly progress: number;
  readonly tokensPerSecond: number | null;
  readonly plan: {
    readonly parameters: number;
    readonly flopsPerToken: number;
    readonly launchesPerStep: number;
  } | null;
  readonly points: readonly LossPoint[];
  /** What it wrote once it was trained, while it is scored. */
  readonly samples: readonly { readonly step: number; readonly text: string }[];
}

/**
 * The trial under way at a time of the timeline, drawn from the curve that its end recorded; null where none
 * is, or none that left a curve. Its training stands in the middle of its time: what came before and what
 * after was not recorded apart.
 */
export function momentAt(timeline: Timeline, time: number, budget: Budget): TrialMoment | null {
  const timed = trialAt(timeline, time);
  const ended = timed && timeline.events[timed.ended];
  return ended?.type === 'trial-ended' ? momentOf(timed!, ended, time, budget) : null;
}

function momentOf(
  { from, to }: TimedTrial,
  { trial, experiment, seed, result }: StudyEvent & { type: 'trial-ended' },
  time: number,
  budget: Budget,
): TrialMoment {
  const whole = trainingSeconds(result);
  const shown = Math.min(1000 * whole, to - from);
  const since = time - from - (to - from - shown) / 2;
  const share = shown > 0 ? Math.min(1, Math.max(0, since / shown)) : 1;
  const stage = since < 0 ? 'starting' : share < 1 ? 'training' : 'evaluating';
  const points = since < 0 ? [] : pointsUntil(curveOf(result), share * whole, share === 1);
  const last = points.at(-1);
  const rate = last && last.seconds > 0 ? last.tokens / last.seconds : null;
  const summary = result.status === 'finished' ? result.summary : null;
  return {
    trial,
    experiment,
    seed,
    stage,
    progress: share * reachOf(result, budget),
    tokensPerSecond: rate,
    plan: summary && {
      parameters: summary.parameters,
      flopsPerToken: summary.flopsPerToken,
      launchesPerStep: summary.launchesPerStep,
    },
    points,
    samples:
      summary && stage === 'evaluating'
        ? summary.samples.map((text) => ({ step: summary.steps, text }))
        : [],
  };
}

function pointsUntil(curve: readonly LossPoint[], seconds: number, all: boolean) {
  if (all) return curve;
  const end = curve.findIndex((point) => !(point.seconds <= seconds));
  return end < 0 ? curve : curve.slice(0, end);
}

/** The share of its budget that a trial came to. */
function reachOf(result: TrialResult, { unit, amount }: Budget): number {
  if (result.status === 'stopped') return result.progress;
  const last = result.status === 'crashed' ? result.curve.at(-1) : undefined;
  if (!last || unit === 'flops') return 1;
  const used = { seconds: last.seconds, steps: last.step, tokens: last.tokens }[unit];
  return Number.isFinite(used) ? Math.min(1, used / amount) : 1;
}
