import { median } from '../../model/harness/steadiness';
import type { PaceAndSpeed, TrialResult, TrialSummary } from '../../model/harness/trial';
import { experimentNamed } from '../history/fold';
import type { Experiment, Recalibration, Study, Trial } from '../study';
import { eraOf } from './eras';

/**
 * How far the pace of the machine may wander before a timed trial is void. The widths are measured (see
 * docs/tasks.md): what a calm machine does stays inside; one busy process on a machine of two cores does not.
 */
export const PACE = {
  /** The reference workload may take this many times as long as in the calibration, or as little. */
  band: 1.2,
  /** A program may make this many times as many steps a second as in its own other trials, or as few. */
  steps: 1.15,
  /** Share of the training time that may be lost to hold-ups. */
  lost: 0.1,
  /** Void trials in a row that agree with one another: the machine has settled at their pace. */
  settled: 3,
  /** Void trials in a row that do not: the machine does not settle, and the band is widened to hold them. */
  restless: 8,
  /** How far the band is widened at most: what is compared must still be comparable. */
  widest: 2,
} as const;

type Limits = Pick<Recalibration, 'band' | 'lost'> & { readonly reference: number | null };

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
  const limits = limitsOf(study);
  if (limits.reference !== null) {
    const ratio = pace.reference / limits.reference;
    if (leaves(ratio, limits.band)) {
      return `the machine was ${times(ratio, 'slower', 'faster')} than when this study was calibrated (its reference workload took ${pace.reference.toPrecision(3)} ms, not ${limits.reference.toPrecision(3)} ms)`;
    }
  }
  if (pace.lost > limits.lost) {
    return `training was held up for ${percent(pace.lost)} of its time, and ${percent(limits.lost)} are allowed: something else kept the machine busy`;
  }
  const usual = median(summariesOfNow(study, experiment).map(stepsPerSecond));
  const ratio = usual / pace.stepsPerSecond;
  // Where the machine does not settle, its programs cannot keep their pace either.
  const allowed = limits.band > PACE.band ? limits.band : PACE.steps;
  if (usual > 0 && leaves(ratio, allowed)) {
    return `this program trained ${times(ratio, 'slower', 'faster')} than in its other trials (${pace.stepsPerSecond.toPrecision(3)} steps a second, not ${usual.toPrecision(3)})`;
  }
  return null;
}

/** The latest recalibration's, or those of the baseline's own first trials. */
function limitsOf(study: Study): Limits {
  const latest = study.recalibrations?.at(-1);
  if (latest) return latest;
  const [baseline] = study.experiments;
  const references = (baseline ? calibrationOf(study, baseline) : []).flatMap(({ pace }) =>
    pace ? [pace.reference] : [],
  );
  const reference = references.length > 0 ? median(references) : null;
  return { reference, band: PACE.band, lost: PACE.lost };
}

/** The baseline's first few trials: later ones must keep to what they found. */
function calibrationOf(study: Study, baseline: Experiment): TrialSummary[] {
  return summariesOfNow(study, baseline).slice(0, CALIBRATION);
}

const CALIBRATION = 4;

function summariesOfNow(study: Study, { trials }: Experiment): TrialSummary[] {
  return trials.flatMap(({ result, era = 0 }) =>
    result.status === 'finished' && era === eraOf(study) ? [result.summary] : [],
  );
}

/**
 * The new pace of a machine that has settled, or that does not settle, after void trials in a row; null
 * while there is hope that the old one comes back. Either way the study goes on: a busy machine slows a
 * study, and does not stop it.
 */
export function recalibrationOf(
  study: Study,
  experiment: string,
  seed: number,
): Recalibration | null {
  const voids = voidsInARow(study, experimentNamed(study, experiment), seed);
  const latest = voids.slice(-PACE.settled);
  if (latest.length === PACE.settled && agree(latest)) {
    const reference = median(latest.map((pace) => pace.reference));
    return {
      reference,
      band: PACE.band,
      lost: Math.max(PACE.lost, 1.25 * Math.max(...latest.map(({ lost }) => lost))),
      reason: `${latest.length} trials in a row agreed on another pace: the reference workload takes ${reference.toPrecision(3)} ms now`,
    };
  }
  if (voids.length < PACE.restless) return null;
  const references = voids.map((pace) => pace.reference);
  const reference = Math.sqrt(Math.min(...references) * Math.max(...references));
  const steps = spreadOf(voids.map((pace) => pace.stepsPerSecond));
  const seen = PACE.band * Math.max(Math.sqrt(spreadOf(references)), steps);
  const band = Math.min(PACE.widest, seen);
  return {
    reference,
    band,
    lost: Math.max(PACE.lost, 1.25 * Math.max(...voids.map(({ lost }) => lost))),
    reason: `the machine does not settle: ${voids.length} trials in a row were disturbed, each in another way; from here on its pace may vary ${band.toFixed(1)} times, and verdicts need more seeds`,
  };
}

/**
 * The way back from a widened band: the new pace, when the latest trials of the candidates agree again and
 * lost little; null otherwise. What ran on the restless machine is then compared with nothing more.
 */
export function calmedDown(study: Study): Recalibration | null {
  if (limitsOf(study).band <= PACE.band) return null;
  const paces = study.experiments
    .filter(({ id }) => id !== study.incumbent)
    .flatMap(({ trials }) => trials)
    .flatMap(({ result, era = 0 }) => (era === eraOf(study) ? [paceOf(result)] : []))
    .flatMap((pace) => (pace ? [pace] : []))
    .slice(-PACE.settled);
  const references = paces.map(({ reference }) => reference);
  const calm = spreadOf(references) <= PACE.band && paces.every(({ lost }) => lost <= PACE.lost);
  if (paces.length < PACE.settled || !calm) return null;
  const reference = median(references);
  return {
    reference,
    band: PACE.band,
    lost: PACE.lost,
    reason: `the machine has calmed down: ${paces.length} trials in a row agreed that the reference workload takes ${reference.toPrecision(3)} ms`,
  };
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

function agree(paces: readonly PaceAndSpeed[]): boolean {
  return (
    spreadOf(paces.map((pace) => pace.reference)) <= PACE.band &&
    spreadOf(paces.map((pace) => pace.stepsPerSecond)) <= PACE.steps
  );
}

/** How many times as large the largest is as the smallest. */
function spreadOf(values: readonly number[]): number {
  return Math.max(...values) / Math.min(...values);
}

/** Whether a trial was made void for the pace of its machine. */
export function wasPaced({ result }: Pick<Trial, 'result'>): boolean {
  return result.status === 'void' && result.pace !== undefined;
}

function stepsPerSecond({ steps, trainingSeconds }: TrialSummary): number {
  return steps / trainingSeconds;
}

function leaves(ratio: number, band: number): boolean {
  return ratio > band || ratio < 1 / band;
}

/** `35% slower`: by how much longer it took, or by how much less. */
function times(ratio: number, more: string, less: string): string {
  return ratio > 1 ? `${percent(ratio - 1)} ${more}` : `${percent(1 / ratio - 1)} ${less}`;
}

const percent = (share: number): string => `${Math.round(100 * share)}%`;
