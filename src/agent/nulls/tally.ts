import { experimentNamed } from '../history/fold';
import { summariesOf } from '../scores';
import type { Experiment, Study } from '../study';

/** What became of the null candidates of some studies. */
export interface Tally {
  readonly candidates: number;
  readonly kept: number;
  readonly inconclusive: number;
  /** Trials of the candidates alone, and of everything: baselines and incumbents on further seeds too. */
  readonly trials: number;
  readonly allTrials: number;
  /**
   * Kept by the rule of one run: a candidate's first score below the incumbent's on the same seed, where
   * it has one, else below the incumbent's first. A trial that its curve ended early has no score and counts as no win.
   */
  readonly naive: number;
  /** Kept by a loop of that rule, which moves on to whatever it keeps: first scores that are a new low. */
  readonly naiveLoop: number;
  /** Candidates that do not count, since they compute what the incumbent does or crashed, and why. */
  readonly notCounted: readonly string[];
  readonly kinds: ReadonlyMap<string, { readonly candidates: number; readonly kept: number }>;
}

/** Counts the decided candidates of studies whose researcher proposes nulls. */
export function tallyOf(studies: readonly Study[]): Tally {
  const kinds = new Map<string, { candidates: number; kept: number }>();
  const notCounted: string[] = [];
  const sum = {
    candidates: 0,
    kept: 0,
    inconclusive: 0,
    trials: 0,
    allTrials: 0,
    naive: 0,
    naiveLoop: 0,
  };
  for (const study of studies) {
    sum.allTrials += study.experiments.reduce((total, e) => total + e.trials.length, 0);
    let lowest = summariesOf(study.experiments[0]!)[0]?.valBpb ?? Number.NaN;
    for (const candidate of study.experiments.slice(1)) {
      const { verdict, kind } = candidate;
      if (!verdict) continue;
      const first = firstOf(candidate);
      const incumbent = experimentNamed(study, candidate.parent!);
      const same = first && summariesOf(incumbent).some((s) => s.graphHash === first.graphHash);
      const endedEarly = candidate.trials.some(({ result }) => result.status === 'stopped');
      if (same || !(first || endedEarly)) {
        notCounted.push(`${candidate.title}: ${same ? 'the same graphs' : verdict.reason}`);
        continue;
      }
      const kept = verdict.decision === 'keep' ? 1 : 0;
      const entry = kinds.get(kind) ?? { candidates: 0, kept: 0 };
      kinds.set(kind, { candidates: entry.candidates + 1, kept: entry.kept + kept });
      sum.candidates++;
      sum.kept += kept;
      sum.inconclusive += verdict.decision === 'inconclusive' ? 1 : 0;
      sum.trials += candidate.trials.length;
      sum.naive += first && first.valBpb < scoreToBeat(incumbent, first.seed) ? 1 : 0;
      if (first && first.valBpb < lowest) {
        sum.naiveLoop++;
        lowest = first.valBpb;
      }
    }
  }
  return { ...sum, kinds, notCounted };
}

/** The first trial with a score. */
function firstOf({ trials }: Experiment) {
  for (const { seed, result } of trials) {
    if (result.status === 'finished') return { seed, ...result.summary };
  }
  return null;
}

function scoreToBeat({ trials }: Experiment, seed: number): number {
  const scored = trials.flatMap((trial) =>
    trial.result.status === 'finished'
      ? [{ seed: trial.seed, score: trial.result.summary.valBpb }]
      : [],
  );
  return (scored.find((trial) => trial.seed === seed) ?? scored[0])?.score ?? Number.NaN;
}
