import { hashName, threefry2x32 } from '../../kernels/random/threefry';
import type { Experiment, Study } from '../study';
import { isRestless } from './pace';

/**
 * The name that all chance of a study hangs on: its own id, or, where its log begins as a copy of another
 * one's, that study's, so that the scores it took over stay comparable.
 */
export function chanceOf({ id, origin }: Study): string {
  return origin?.seeds ?? id;
}

/**
 * The seed of a study's comparisons at an index, below 2^31. It depends on the study (`chanceOf`) and the
 * index alone: none of its programs can choose or name one.
 */
export function studySeed(study: string, index: number): number {
  const [bits] = threefry2x32(hashName(study), SEEDS, index, 0);
  return bits >>> 1;
}

/** Keeps this use of the generator apart from others with the same key. */
const SEEDS = hashName('seeds of a study');

/** Seeds tried beyond the policy's own when the incumbent crashes on some. */
export const SPARE_SEEDS = 3;
/** Comparisons after which the first of an incumbent's seeds is left behind and a new one taken in. */
export const COMPARISONS_A_SEED = 6;
/** Seeds of comparisons on a restless machine begin here, far from all others. */
const FRESH = 1_000_000;

/** Where an incumbent's own seeds begin, and where those of the comparison under way do: indices. */
export interface SeedWindow {
  readonly incumbent: number;
  readonly comparison: number;
  /** Whether nothing else of the study uses the seeds of the comparison. */
  readonly fresh: boolean;
}

/**
 * The seeds of a candidate's comparison: a function of the verdicts before it.
 *
 * Whoever is compared on a seed meets the incumbent's luck on it. Two rules keep that luck from deciding:
 * a kept program was chosen for its scores, so that they flatter it, and it is compared on seeds that
 * nothing of the study used before; and while an incumbent stays, its seeds move on by one after every
 * `COMPARISONS_A_SEED` comparisons, so that bad luck on some is not held against it for ever (which
 * would be good luck of all its candidates). On a restless machine each comparison has seeds of its own: the
 * incumbent then runs beside each candidate, so that a change of the machine meets both.
 */
export function seedWindow(study: Study, candidate: Experiment, seeds: number): SeedWindow {
  let incumbent = 0;
  let compared = 0;
  for (const { number, verdict } of study.experiments) {
    if (number >= candidate.number) break;
    if (!verdict || verdict.evidence.mean === null) continue;
    if (verdict.decision === 'keep' && number > 0) {
      incumbent += Math.floor(compared / COMPARISONS_A_SEED) + seeds + SPARE_SEEDS;
      compared = 0;
    } else compared++;
  }
  const fresh = isRestless(study);
  const comparison = fresh
    ? FRESH + candidate.number * (seeds + SPARE_SEEDS)
    : incumbent + Math.floor(compared / COMPARISONS_A_SEED);
  return { incumbent, comparison, fresh };
}

/** `study-k3f9x0q2`, from the browser's or Node's own randomness. */
export function newStudyId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return `study-${Array.from(bytes, (byte) => (byte % 36).toString(36)).join('')}`;
}
