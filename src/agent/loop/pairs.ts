import type { TrialSummary } from '../../model/harness/trial';
import type { Experiment, Study, Trial } from '../study';
import { levelFor } from '../verdicts/level';
import { noiseOf, seedNoise } from '../verdicts/noise';
import type { Comparison, IncumbentScore, Pair, Size, VerdictPolicy } from '../verdicts/policy';
import { countTokens, givenUpIn } from '../verdicts/simplicity';
import { isOfNow } from './eras';
import { chanceOf, type SeedWindow, SPARE_SEEDS, studySeed } from './seeds';

/** The latest trial on that seed that says something of the program now: void ones and those of earlier eras do not. */
export function scoredTrial(study: Study, experiment: Experiment, seed: number): Trial | undefined {
  return experiment.trials.findLast(
    (t) => t.seed === seed && t.result.status !== 'void' && isOfNow(study, t),
  );
}

/**
 * The comparison of a candidate with the incumbent as it stands, `index` being the last seed of the window
 * on which both were run. Everything but the pairs is as it was when the comparison began, so that the
 * looks taken on the way stay what they were. Throws nothing; pure.
 */
export function comparisonOf(
  study: Study,
  candidate: Experiment,
  incumbent: Experiment,
  window: SeedWindow,
  index: number,
  policy: VerdictPolicy,
): Comparison {
  const summaries = (experiment: Experiment, at: number) =>
    summaryOf(scoredTrial(study, experiment, studySeed(chanceOf(study), at)));
  const pairs: Pair[] = [];
  const scores: IncumbentScore[] = [];
  /** From here on the incumbent's trials belong to this comparison. */
  const calibrated = window.incumbent + policy.calibration;
  const known = window.fresh ? calibrated : Math.max(window.comparison, calibrated);
  for (let at = window.incumbent; at < known; at++) {
    const other = summaries(incumbent, at);
    if (other) scores.push({ score: other.valBpb, from: 0 });
  }
  let last: readonly [TrialSummary, TrialSummary] | null = null;
  for (let at = window.comparison; at <= window.comparison + index; at++) {
    const own = summaries(candidate, at);
    const other = summaries(incumbent, at);
    if (!own || !other) continue;
    const seed = studySeed(chanceOf(study), at);
    pairs.push({ seed, candidate: own.valBpb, incumbent: other.valBpb });
    if (window.fresh || at >= known) scores.push({ score: other.valBpb, from: pairs.length });
    last = [own, other];
  }
  const knownSeeds = new Set(
    Array.from({ length: known - window.incumbent }, (_, i) =>
      studySeed(chanceOf(study), window.incumbent + i),
    ),
  );
  const most = policy.seeds + SPARE_SEEDS;
  return {
    pairs,
    paired: !last || last[0].draws === last[1].draws || !last[0].draws || !last[1].draws,
    incumbent: scores,
    seedsLeft: Math.min(policy.seeds - pairs.length, most - index - 1),
    size: {
      candidate: sizeOf(candidate, last?.[0]),
      incumbent: sizeOf(incumbent, last?.[1]),
    },
    sameGraph: last !== null && last[0].graphHash === last[1].graphHash,
    noise: {
      paired: noiseOf(study).paired,
      seed: seedNoise(
        study,
        (id, { seed }) => id !== candidate.id && (id !== incumbent.id || knownSeeds.has(seed)),
      ),
    },
    level: levelFor(study, candidate),
    givenUp: givenUpIn(study),
    trials: candidate.trials.length,
  };
}

function summaryOf(trial: Trial | undefined): TrialSummary | undefined {
  return trial?.result.status === 'finished' ? trial.result.summary : undefined;
}

function sizeOf({ program }: Experiment, summary: TrialSummary | undefined): Size {
  return { tokens: countTokens(program), nodes: summary?.graphNodes ?? null };
}
