import { incumbentOf } from '../history/fold';
import { lessonsOf, nearMissesOf } from '../memory/insights';
import { levelInWords, noiseInWords } from '../memory/noise';
import { diffPrograms, type FileDiff } from '../program-diff';
import { staircase } from '../staircase';
import type { Experiment, Study } from '../study';
import { type FollowUpFacts, followUpFacts } from './follow-ups';
import { type Climb, climbOf } from './trials';

export interface ReportOptions {
  /** Another study on the same task, whose best so far is drawn beside this one's. */
  readonly beside?: Study;
  /** Bits per byte that no model can go below, where the generator of the text is known. */
  readonly entropyBpb?: number | null;
}

/** All that a report says, before it is put into Markdown or HTML. */
export interface ReportFacts {
  readonly study: Study;
  readonly entropyBpb: number | null;
  readonly counts: {
    /** The baseline not counted. */
    readonly experiments: number;
    readonly kept: number;
    readonly nearMisses: number;
    readonly discarded: number;
    readonly crashed: number;
    readonly open: number;
    readonly trials: number;
    readonly voidTrials: number;
    /** Seconds of training in all finished trials. */
    readonly trainingSeconds: number;
  };
  /** Null before the baseline has a score. */
  readonly result: {
    readonly baseline: number;
    readonly final: number;
    /** Share of the way from the baseline to the entropy; null where that is unknown. */
    readonly closed: number | null;
  } | null;
  readonly kept: readonly KeptChange[];
  readonly noise: readonly string[];
  readonly lessons: readonly string[];
  readonly nearMisses: readonly Experiment[];
  readonly climbs: readonly Climb[];
  readonly followUps: readonly FollowUpFacts[];
  /** The best program against the baseline. */
  readonly finalDiff: readonly FileDiff[];
}

/** A change that was kept, and what it changed in the program that it was an edit of. */
export interface KeptChange {
  readonly experiment: Experiment;
  readonly diff: readonly FileDiff[];
  /** The level of the best program after it, in bits per byte. */
  readonly best: number | null;
}

export function factsOf(study: Study, options: ReportOptions = {}): ReportFacts {
  const entropyBpb = options.entropyBpb ?? entropyOfFollowUps(study);
  const changes = study.experiments.slice(1);
  const count = (decision: string | null) =>
    changes.filter(({ verdict }) => (verdict?.decision ?? null) === decision).length;
  const trials = study.experiments.flatMap((experiment) => experiment.trials);
  const steps = staircase(study);
  const baseline = steps[0]?.best ?? null;
  const final = steps.findLast(({ best }) => best !== null)?.best ?? null;
  const incumbent = incumbentOf(study);
  const { beside } = options;
  return {
    study,
    entropyBpb,
    counts: {
      experiments: changes.length,
      kept: count('keep'),
      nearMisses: count('inconclusive'),
      discarded: count('discard'),
      crashed: count('crash'),
      open: count(null),
      trials: trials.length,
      voidTrials: trials.filter(({ result }) => result.status === 'void').length,
      trainingSeconds: trials.reduce(
        (sum, { result }) =>
          sum + (result.status === 'finished' ? result.summary.trainingSeconds : 0),
        0,
      ),
    },
    result:
      baseline === null || final === null
        ? null
        : {
            baseline,
            final,
            closed: entropyBpb === null ? null : (baseline - final) / (baseline - entropyBpb),
          },
    kept: changes
      .filter(({ verdict }) => verdict?.decision === 'keep')
      .map((experiment) => ({
        experiment,
        diff: diffPrograms(programOf(study, experiment.parent), experiment.program),
        best: steps[experiment.number]?.best ?? null,
      })),
    noise: [...noiseInWords(study), ...levelsOf(study)],
    lessons: lessonsOf(study).map(({ text }) => text),
    nearMisses: nearMissesOf(study),
    climbs: beside ? [climbOf(study), climbOf(beside)] : [climbOf(study)],
    followUps: study.followUps.map(followUpFacts),
    finalDiff: incumbent ? diffPrograms(study.baseline, incumbent.program) : [],
  };
}

/** The level that the last verdict was asked to reach. */
function levelsOf(study: Study): string[] {
  const last = study.experiments.findLast(({ verdict }) => verdict?.evidence.level !== undefined);
  const words = last && levelInWords(last);
  return words ? [`level of the last verdict: ${words}`] : [];
}

function programOf(study: Study, id: string | null) {
  return study.experiments.find((each) => each.id === id)?.program ?? study.baseline;
}

/** A follow-up notes the entropy of its task, where it is known; the study itself does not. */
function entropyOfFollowUps({ followUps }: Study): number | null {
  return followUps.find(({ plan }) => plan.entropy)?.plan.entropy?.validation ?? null;
}
