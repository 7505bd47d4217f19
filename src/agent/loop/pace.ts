import { median } from '../../model/harness/steadiness';
import type { PaceAndSpeed, TrialResult, TrialSummary } from '../../model/harness/trial';
import { experimentNamed } from '../history/fold';
import type { Experiment, Recalibration, Study, Trial } from '../study';
import { type Band, bandHolding, bandOf, isOutlier, isWide, leaves, WIDTHS } from './band';
import { eraOf } from './eras';

/** What decides how far the machine's pace may wander; the widths themselves are in band.ts. */
export const PACE = {
  /** Trials void in a row after which a new era begins. */
  voids: 3,
  /** Calibration trials that may run again because their pace was nothing like the others'. */
  outliers: 2,
  /** Trials of candidates in a row that agree: a machine that was restless has calmed down. */
  calm: 6,
  /** An era with fewer trials than this, or with this many void ones before the last, was not at rest. */
  short: 12,
  scattered: 2,
} as const;

/**
 * The result of a timed trial, or what it is instead when the machine was disturbed: void, with the
 * reason in words. A pure function of the log and the trial.
 */
export function judgedByPace(study: Study, experiment: string, result: TrialResult): TrialResult {
  if (study.task.budget.unit !== 'seconds') return result;
  const pace = paceOf(result);
  const reason = pace && troubleOf(study, experimentNamed(study, experiment), pace);
  return reason ? { status: 'void', reason, pace } : result;
}

function paceOf(result: TrialResult): PaceAndSpeed | undefined {
  if (result.status !== 'finished') return result.status === 'stopped' ? result.pace : undefined;
  const { pace } = result.summary;
  return pace && { ...pace, stepsPerSecond: stepsPerSecond(result.summary) };
}

function troubleOf(study: Study, experiment: Experiment, pace: PaceAndSpeed): string | null {
  // The baseline's first trials set the band.
  if (experiment.number === 0 && !experiment.verdict && eraOf(study) === 0) return null;
  const band = bandNow(study);
  if (!band) return null;
  const ratio = pace.reference / band.reference;
  if (leaves(ratio, band.band)) {
    return `the machine was ${times(ratio, 'slower', 'faster')} than when this study was calibrated (its reference workload took ${pace.reference.toPrecision(3)} ms, not ${band.reference.toPrecision(3)} ms)`;
  }
  if (pace.lost > band.lost) {
    return `training was held up for ${percent(pace.lost)} of its time, and ${percent(band.lost)} are allowed: something else kept the machine busy`;
  }
  const usual = median(
    [...finishedNow(study, experiment).values()].map(({ stepsPerSecond }) => stepsPerSecond),
  );
  const slower = usual / pace.stepsPerSecond;
  if (usual > 0 && leaves(slower, band.steps)) {
    return `this program trained ${times(slower, 'slower', 'faster')} than in its other trials (${pace.stepsPerSecond.toPrecision(3)} steps a second, not ${usual.toPrecision(3)})`;
  }
  return null;
}

/** The band of the era: the latest recalibration's, or that of the baseline's own first trials. */
export function bandNow(study: Study): Band | null {
  const latest = study.recalibrations?.at(-1);
  if (latest) return { ...latest, steps: latest.steps ?? Math.max(WIDTHS.steps, latest.band) };
  const [baseline] = study.experiments;
  const paces = baseline ? [...finishedNow(study, baseline).values()].slice(0, CALIBRATION) : [];
  return paces.length > 0 ? bandOf(paces) : null;
}

const CALIBRATION = 4;

/** The paces of a program's finished trials of this era, the latest on each seed. */
function finishedNow(study: Study, { trials }: Experiment): Map<number, PaceAndSpeed> {
  const paces = new Map<number, PaceAndSpeed>();
  for (const { seed, result, era = 0 } of trials) {
    const pace = result.status === 'finished' && era === eraOf(study) ? paceOf(result) : undefined;
    if (pace) paces.set(seed, pace);
  }
  return paces;
}

/**
 * The seed of the calibration trial whose pace was nothing like that of the others, to be run again;
 * null where there is none, or where two ran again before. Before anything is compared, and once all
 * of the calibration is done: so the first trial can be the odd one too.
 */
export function outlierOf(study: Study, baseline: Experiment): number | null {
  if (study.task.budget.unit !== 'seconds') return null;
  const paces = [...finishedNow(study, baseline)];
  const ran = baseline.trials.filter(
    ({ result, era = 0 }) => result.status === 'finished' && era === eraOf(study),
  ).length;
  if (paces.length < 3 || ran - paces.length >= PACE.outliers) return null;
  const odd = paces.find(([seed, pace]) =>
    isOutlier(
      pace,
      paces.flatMap(([other, its]) => (other === seed ? [] : [its])),
    ),
  );
  return odd?.[0] ?? null;
}

/**
 * The band of a new era, when three trials in a row were void whether they agree or not; null before. So
 * no more than three are spent before the study goes on. It is calibrated on those three; where the era
 * was not at rest before, it holds what the era's other trials showed as well.
 */
export function recalibrationOf(
  study: Study,
  experiment: string,
  seed: number,
): Recalibration | null {
  const own = experimentNamed(study, experiment);
  const voids = voidsInARow(study, own, seed);
  if (voids.length < PACE.voids) return null;
  const all = study.experiments.map((one) => pacesNow(study, one));
  const count = all.flat().length;
  const scattered = all.flat().filter((pace) => pace.void).length - voids.length;
  const short = eraOf(study) > 0 && count < PACE.short;
  const restless = short || scattered >= PACE.scattered;
  const band = restless ? bandHolding(all) : bandHolding([voids]);
  const { reference, band: width } = band;
  const takes = `the reference workload takes ${reference.toPrecision(3)} ms now`;
  const reason = isWide(band)
    ? `${voids.length} trials in a row were disturbed, and the machine does not keep one pace: ${takes}, and up to ${width.toFixed(1)} times more or less; verdicts need more seeds`
    : `${voids.length} trials in a row showed another pace of the machine: ${takes}`;
  return { ...band, reason };
}

/**
 * The way back from a wide band: the new one, when the latest trials of the candidates agree again and
 * lost little; null otherwise. What ran on the restless machine is then compared with nothing more.
 */
export function calmedDown(study: Study): Recalibration | null {
  const before = study.task.budget.unit === 'seconds' ? bandNow(study) : null;
  if (!before || !isWide(before)) return null;
  const paces = study.experiments
    .slice(1)
    .flatMap((experiment) => pacesNow(study, experiment))
    .slice(-PACE.calm);
  if (paces.length < PACE.calm) return null;
  const reference = median(paces.map((pace) => pace.reference));
  const calm = paces.every(
    (pace) => !leaves(pace.reference / reference, WIDTHS.reference) && pace.lost <= WIDTHS.lost,
  );
  if (!calm) return null;
  return {
    reference,
    band: WIDTHS.reference,
    lost: WIDTHS.lost,
    steps: WIDTHS.steps,
    reason: `the machine has calmed down: ${paces.length} trials in a row agreed that the reference workload takes ${reference.toPrecision(3)} ms`,
  };
}

/** Whether the machine of this era is so restless that no trial of the incumbent is used twice. */
export function isRestless(study: Study): boolean {
  const band = study.task.budget.unit === 'seconds' ? bandNow(study) : null;
  return band !== null && isWide(band);
}

/** The paces of an experiment's trials of this era, void ones included. */
function pacesNow(study: Study, { trials }: Experiment): (PaceAndSpeed & { void: boolean })[] {
  return trials.flatMap(({ result, era = 0 }) => {
    const pace = result.status === 'void' ? result.pace : paceOf(result);
    return pace && era === eraOf(study) ? [{ ...pace, void: result.status === 'void' }] : [];
  });
}

/** The pace of the void trials at the end of this seed's, in this era; those void for another reason end it. */
function voidsInARow(study: Study, { trials }: Experiment, seed: number): PaceAndSpeed[] {
  const own = trials.filter((trial) => trial.seed === seed && (trial.era ?? 0) === eraOf(study));
  const voids: PaceAndSpeed[] = [];
  for (const { result } of own.reverse()) {
    if (result.status !== 'void' || !result.pace) break;
    voids.unshift(result.pace);
  }
  return voids;
}

/** Whether a trial was made void for the pace of its machine. */
export function wasPaced({ result }: Pick<Trial, 'result'>): boolean {
  return result.status === 'void' && result.pace !== undefined;
}

function stepsPerSecond({ steps, trainingSeconds }: TrialSummary): number {
  return steps / trainingSeconds;
}

/** `35% slower`: by how much longer it took, or by how much less. */
function times(ratio: number, more: string, less: string): string {
  return ratio > 1 ? `${percent(ratio - 1)} ${more}` : `${percent(1 / ratio - 1)} ${less}`;
}

const percent = (share: number): string => `${Math.round(100 * share)}%`;
