import {
  byProgress,
  type EarlyEnd,
  type ProgressPoint,
  smoothedLoss,
} from '../../model/harness/early-end';
import type { TrialSummary } from '../../model/harness/trial';
import { incumbentOf } from '../history/fold';
import type { Experiment, Study, Trial } from '../study';
import { eraOf } from './eras';

/** Shares of the budget at which a candidate's curve is compared with the incumbent's. */
const CHECKS = [0.25, 0.4, 0.55, 0.7];
/** The rule is silent until it stops at most this share of the programs that would not have ended worse. */
const MOST_WRONG = 0.05;
/** Deviations of the gaps seen, on top of the largest of them. */
const SAFETY = 2;

/**
 * When to end a candidate's first trial early, or null where the rule has no say.
 *
 * The evidence is conformal (Vovk, Gammerman & Shafer, Algorithmic Learning in a Random World, 2005): of m
 * earlier trials that ended not worse than their incumbent on the same seed, each has a largest gap, the
 * most that its smoothed training loss lay above the incumbent's over all checks. If a candidate that will
 * not end worse is exchangeable with them, its own largest gap exceeds all of theirs with a chance of at most
 * 1 / (m + 1), over all checks together and whatever the gaps' distribution. A safety margin comes on top.
 * Pairs of the baseline's seeds count too: they differ in luck alone. A schedule that starts slow and ends
 * well leaves a large gap behind, and from then on protects others of its kind.
 *
 * A trial that was stopped never shows how it would have ended, so the trials that count as m are those from
 * before the study's first stop; later ones can only raise the limit.
 */
export function earlyEndOf(study: Study, experiment: string, seed: number): EarlyEnd | undefined {
  const candidate = study.experiments.find(({ id }) => id === experiment);
  const incumbent = incumbentOf(study);
  if (!candidate || !incumbent || candidate === incumbent) return undefined;
  if (candidate.trials.some((trial) => summaryOfNow(study, trial))) return undefined;
  const other = incumbent.trials.find((trial) => trial.seed === seed && summaryOfNow(study, trial));
  const curve = other && curveOf(study, summaryOfNow(study, other)!);
  if (!curve) return undefined;

  const { gaps, counted } = gapsOf(study);
  const rate = 1 / (counted + 1);
  if (rate > MOST_WRONG) return undefined;
  const gap = Math.max(...gaps) + SAFETY * deviation(gaps);
  const checks = CHECKS.flatMap((progress) => {
    const loss = smoothedLoss(curve, progress);
    return loss === null ? [] : [{ progress, loss, gap }];
  });
  return { rate, checks };
}

/** The largest gap of each trial that ended not worse, and how many of them ended before the first stop. */
export function gapsOf(study: Study): { gaps: readonly number[]; counted: number } {
  const [baseline, ...candidates] = study.experiments;
  if (!baseline) return { gaps: [], counted: 0 };
  const gaps = luckOf(study, baseline);
  let counted: number | null = null;
  let incumbent = baseline;
  for (const candidate of candidates) {
    if (candidate.trials.some(({ result }) => result.status === 'stopped')) counted ??= gaps.length;
    const first = candidate.trials.find(({ result }) => result.status === 'finished');
    const other =
      first &&
      incumbent.trials.find(
        (trial) =>
          trial.seed === first.seed &&
          trial.result.status === 'finished' &&
          (trial.era ?? 0) === (first.era ?? 0),
      );
    if (other) gaps.push(...gapIfNotWorse(study, first, other));
    if (candidate.verdict?.decision === 'keep') incumbent = candidate;
  }
  return { gaps, counted: counted ?? gaps.length };
}

/** Gaps between the baseline's own seeds, two by two, so that none depends on another. */
function luckOf(study: Study, { trials }: Experiment): number[] {
  const seen = new Set<number>();
  const finished = trials.filter(({ seed, result, era = 0 }) => {
    if (result.status !== 'finished' || era !== 0 || seen.has(seed)) return false;
    seen.add(seed);
    return true;
  });
  return finished.flatMap((one, i) => {
    const other = finished[i + 1];
    if (i % 2 === 1 || !other) return [];
    const [gap] = gapIfNotWorse(study, one, other);
    return gap === undefined ? gapIfNotWorse(study, other, one) : [gap];
  });
}

/** The largest gap of a trial over the checks, or nothing where it ended worse or a curve has holes. */
function gapIfNotWorse(study: Study, own: Trial, other: Trial): number[] {
  if (own.result.status !== 'finished' || other.result.status !== 'finished') return [];
  const [a, b] = [own.result.summary, other.result.summary];
  if (a.valBpb > b.valBpb) return [];
  const [one, two] = [curveOf(study, a), curveOf(study, b)];
  const gaps = CHECKS.map((at) => {
    const [mine, theirs] = [smoothedLoss(one, at), smoothedLoss(two, at)];
    return mine === null || theirs === null ? Number.NaN : mine - theirs;
  });
  const largest = Math.max(...gaps);
  return Number.isFinite(largest) ? [largest] : [];
}

function curveOf(study: Study, { curve, flopsPerToken }: TrialSummary): ProgressPoint[] {
  return byProgress(curve, study.task.budget, flopsPerToken);
}

function summaryOfNow(study: Study, { result, era = 0 }: Trial): TrialSummary | null {
  return result.status === 'finished' && era === eraOf(study) ? result.summary : null;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}
