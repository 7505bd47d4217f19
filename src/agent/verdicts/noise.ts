import { eraOf } from '../loop/eras';
import type { Study, Trial } from '../study';

/** How much something varies from seed to seed, pooled over a study. */
export interface Noise {
  /** Standard deviation in val_bpb. */
  readonly deviation: number;
  /** Degrees of freedom behind it. */
  readonly freedom: number;
}

/**
 * The two kinds of noise of a study; null where nothing is known yet. They are never mixed: what seeds
 * share cancels in a paired difference and does not in a score.
 */
export interface StudyNoise {
  /** Of one program's scores, from seed to seed. */
  readonly seed: Noise | null;
  /** Of paired differences between two programs, from seed to seed. */
  readonly paired: Noise | null;
}

/** The noise of a study: a pure function of its log, which the page shows and verdicts use. */
export function noiseOf(study: Study): StudyNoise {
  return { seed: seedNoise(study, () => true), paired: pairedNoise(study) };
}

/**
 * The pooled variance of scores within each program that has at least two in this era (see loop/eras.ts):
 * an earlier one's machine was disturbed more, or less. Of trials on one seed the latest counts. `counts` says which trials of
 * which experiment may be looked at.
 */
export function seedNoise(
  study: Study,
  counts: (experiment: string, trial: Trial) => boolean,
): Noise | null {
  return pooled(
    study.experiments.flatMap(({ id, trials }) => {
      const scores = new Map<number, number>();
      for (const trial of trials) {
        if (trial.result.status !== 'finished' || !counts(id, trial)) continue;
        if ((trial.era ?? 0) === eraOf(study)) scores.set(trial.seed, trial.result.summary.valBpb);
      }
      return [[...scores.values()]];
    }),
  );
}

/** The pooled variance of differences within each comparison decided in this era whose pairing is intact. */
function pairedNoise(study: Study): Noise | null {
  return pooled(
    study.experiments.map(({ verdict, trials }) =>
      verdict &&
      (trials.at(-1)?.era ?? 0) === eraOf(study) &&
      verdict.evidence.pairing !== 'unpaired'
        ? verdict.evidence.differences.map(({ difference }) => difference)
        : [],
    ),
  );
}

/** The pooled variance within groups; a group of one says nothing. */
export function pooled(groups: readonly (readonly number[])[]): Noise | null {
  let squares = 0;
  let freedom = 0;
  for (const group of groups) {
    if (group.length < 2) continue;
    squares += summarise(group).squares;
    freedom += group.length - 1;
  }
  return freedom === 0 ? null : { deviation: Math.sqrt(squares / freedom), freedom };
}

export interface Summary {
  readonly n: number;
  readonly mean: number;
  /** Sum of squared deviations from the mean. */
  readonly squares: number;
}

export function summarise(values: readonly number[]): Summary {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return { n, mean, squares: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}
