import { studentQuantile } from '../verdicts/student-t';

/** Edited minus original in bits per byte, on one seed. */
export interface Difference {
  readonly seed: number;
  readonly difference: number;
}

/** What differences on several seeds say of an edit. */
export interface Gain {
  readonly mean: number;
  /** Two-sided 99% interval of the mean, by the t-test (Student, 1908). */
  readonly interval: readonly [number, number];
}

/** Of at least two differences, in bits per byte; negative is better. */
export function gainOf(differences: readonly Difference[]): Gain {
  const n = differences.length;
  const mean = meanOf(differences);
  const squares = differences.reduce((sum, { difference }) => sum + (difference - mean) ** 2, 0);
  const half = studentQuantile(0.995, n - 1) * Math.sqrt(squares / (n * (n - 1)));
  return { mean, interval: [mean - half, mean + half] };
}

export function meanOf(differences: readonly Difference[]): number {
  return differences.reduce((sum, { difference }) => sum + difference, 0) / differences.length;
}

/** Whether all of the interval lies below 0. */
export function isGain(differences: readonly Difference[]): boolean {
  return differences.length > 1 && gainOf(differences).interval[1] < 0;
}
