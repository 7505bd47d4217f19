import { median } from '../../model/harness/steadiness';
import type { PaceAndSpeed } from '../../model/harness/trial';

/** Between which limits the pace of a timed trial must lie; outside, the trial is void. */
export interface Band {
  /** Milliseconds of one run of the reference workload. */
  readonly reference: number;
  /** The reference workload may take this many times as long, or as little. */
  readonly band: number;
  /** Share of the training time that may be lost to hold-ups, 0 to 1. */
  readonly lost: number;
  /** A program may make this many times as many steps a second as in its own other trials, or as few. */
  readonly steps: number;
}

/** The least widths: what a calm machine does stays inside, as was measured (see docs/tasks.md). */
export const WIDTHS = { reference: 1.2, steps: 1.15, lost: 0.1 } as const;

/** Robust deviations of the calibration that a band reaches to each side. */
const DEVIATIONS = 3;
/** A band that must hold a few trials reaches this many times beyond them. */
const ROOM = 1.1;
/** Above this share of time lost, a trial says little of the next one's. */
const RESTLESS_LOST = 2 * WIDTHS.lost;

/**
 * The band that calibration trials of one program set: around their medians, three robust deviations (1.4826
 * times the median distance from the median) of log reference and log steps a second to each side, and of
 * the time lost upwards; never narrower than `WIDTHS`. Needs at least one trial.
 */
export function bandOf(paces: readonly PaceAndSpeed[]): Band {
  const logs = paces.map(({ reference }) => Math.log(reference));
  const steps = paces.map(({ stepsPerSecond }) => Math.log(stepsPerSecond));
  const lost = paces.map((pace) => pace.lost);
  return {
    reference: Math.exp(median(logs)),
    band: Math.max(WIDTHS.reference, Math.exp(DEVIATIONS * robustDeviation(logs))),
    steps: Math.max(WIDTHS.steps, Math.exp(DEVIATIONS * robustDeviation(steps))),
    lost: Math.max(WIDTHS.lost, median(lost) + DEVIATIONS * robustDeviation(lost)),
  };
}

/** A band widened so far that it holds all of these trials, which are grouped by program. */
export function bandHolding(programs: readonly (readonly PaceAndSpeed[])[]): Band {
  const paces = programs.flat();
  const references = paces.map((pace) => pace.reference);
  const [least, most] = [Math.min(...references), Math.max(...references)];
  const width = ROOM * Math.sqrt(most / least);
  const speeds = programs.map((own) => own.map(({ stepsPerSecond }) => stepsPerSecond));
  const spreads = speeds.map((own) => (own.length > 0 ? Math.max(...own) / Math.min(...own) : 1));
  const spread = Math.max(...spreads);
  return {
    reference: width > WIDTHS.reference ? Math.sqrt(least * most) : median(references),
    band: Math.max(WIDTHS.reference, width),
    steps: Math.max(WIDTHS.steps, ROOM * spread),
    lost: Math.max(WIDTHS.lost, 1.25 * Math.max(...paces.map(({ lost }) => lost))),
  };
}

/** Whether a trial's pace is twice as far from the median of the others as the band that they set. */
export function isOutlier(pace: PaceAndSpeed, others: readonly PaceAndSpeed[]): boolean {
  const band = bandOf(others);
  const usual = median(others.map(({ stepsPerSecond }) => stepsPerSecond));
  return (
    leaves(pace.reference / band.reference, band.band ** 2) ||
    leaves(pace.stepsPerSecond / usual, band.steps ** 2) ||
    pace.lost > 2 * band.lost
  );
}

/** Whether trials within the band may differ more than those of a calm machine. */
export function isWide({ band, steps, lost }: Band): boolean {
  return band > WIDTHS.reference || steps > WIDTHS.steps || lost > RESTLESS_LOST;
}

/** Whether a ratio is beyond this many times, or below one part in as many. */
export function leaves(ratio: number, times: number): boolean {
  return ratio > times || ratio < 1 / times;
}

/** 1.4826 times the median distance from the median: the deviation, where values are normal. */
function robustDeviation(values: readonly number[]): number {
  const middle = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)));
}
