import { experimentNamed, incumbentOf } from '../history/fold';
import type { Experiment, Proposal, Study, Trial, Verdict } from '../study';
import { NO_EVIDENCE } from '../verdicts/evidence';
import type { VerdictPolicy } from '../verdicts/policy';
import { baseline as baselineWords } from '../verdicts/words';
import { outlierOf } from './pace';
import { comparisonOf, scoredTrial } from './pairs';
import { chanceOf, SPARE_SEEDS, seedWindow, studySeed } from './seeds';

/** What a study needs next. */
export type Step =
  | { readonly do: 'propose baseline'; readonly proposal: Proposal }
  | { readonly do: 'ask researcher' }
  | {
      readonly do: 'run trial';
      readonly experiment: string;
      readonly trial: string;
      readonly seed: number;
    }
  | { readonly do: 'give verdict'; readonly experiment: string; readonly verdict: Verdict }
  /** There is nothing to improve on: the baseline has no score. */
  | { readonly do: 'give up'; readonly reason: string };

/**
 * What a study needs next: a pure function of what its log says, so that a study which was killed
 * anywhere goes on as if it had not been. Nothing that has a result is run again.
 */
export function nextStep(study: Study, policy: VerdictPolicy): Step {
  const [baseline] = study.experiments;
  if (!baseline) return { do: 'propose baseline', proposal: baselineProposal(study) };
  if (!baseline.verdict) return baselineStep(study, baseline, policy);
  const incumbent = incumbentOf(study);
  if (!incumbent) {
    return { do: 'give up', reason: `the baseline has no score: ${baseline.verdict.reason}` };
  }
  const open = study.experiments.find((experiment) => !experiment.verdict);
  return open ? candidateStep(study, open, incumbent, policy) : { do: 'ask researcher' };
}

function baselineProposal(study: Study): Proposal {
  return {
    title: 'baseline',
    hypothesis: 'The program as it is: the score that every change is measured against.',
    kind: 'baseline',
    program: study.baseline,
    parent: null,
    researcher: 'human',
  };
}

/** The baseline is run on several seeds: how much a seed moves its score is what gains are judged by. */
function baselineStep(study: Study, baseline: Experiment, { calibration }: VerdictPolicy): Step {
  const scores: number[] = [];
  for (let index = 0; index < calibration; index++) {
    const seed = studySeed(chanceOf(study), index);
    const trial = scoredTrial(study, baseline, seed);
    if (!trial) return trialStep(study, baseline, seed);
    if (trial.result.status === 'finished') scores.push(trial.result.summary.valBpb);
    else if (index === 0) return crashStep(baseline, trial);
  }
  const odd = outlierOf(study, baseline);
  if (odd !== null) return trialStep(study, baseline, odd);
  const verdict: Verdict = {
    decision: 'keep',
    ground: 'baseline',
    reason: baselineWords(scores),
    evidence: NO_EVIDENCE,
  };
  return { do: 'give verdict', experiment: baseline.id, verdict };
}

/** Seed by seed: the candidate's trial, then the incumbent's where it has none, then the policy's word. */
function candidateStep(
  study: Study,
  candidate: Experiment,
  incumbent: Experiment,
  policy: VerdictPolicy,
): Step {
  const window = seedWindow(study, candidate, policy.seeds);
  for (let i = 0; i < policy.calibration; i++) {
    const seed = studySeed(chanceOf(study), window.incumbent + i);
    if (!scoredTrial(study, incumbent, seed)) return trialStep(study, incumbent, seed);
  }
  const most = policy.seeds + SPARE_SEEDS;
  for (let index = 0; index < most; index++) {
    const seed = studySeed(chanceOf(study), window.comparison + index);
    const own = scoredTrial(study, candidate, seed);
    if (!own) return trialStep(study, candidate, seed);
    if (own.result.status === 'stopped') return stoppedStep(candidate, own.result.reason);
    if (own.result.status !== 'finished') return crashStep(candidate, own);
    if (!scoredTrial(study, incumbent, seed)) return trialStep(study, incumbent, seed);
    const comparison = comparisonOf(study, candidate, incumbent, window, index, policy);
    const word = policy.decide(comparison);
    if (word !== 'more') return { do: 'give verdict', experiment: candidate.id, verdict: word };
  }
  throw new Error(`the verdict policy asked for more than its own ${policy.seeds} seeds`);
}

/** A trial lost in flight gets its old name again; one that is run once more gets a name of its own. */
function trialStep(study: Study, experiment: Experiment, seed: number): Step {
  const earlier = experiment.trials.filter((trial) => trial.seed === seed).length;
  const trial = `${study.id}.${experiment.id}.${seed}${earlier > 0 ? `.${earlier + 1}` : ''}`;
  return { do: 'run trial', experiment: experiment.id, trial, seed };
}

/** Its curve was clearly above the incumbent's: worse, without a score. */
function stoppedStep(candidate: Experiment, reason: string): Step {
  const verdict: Verdict = {
    decision: 'discard',
    ground: 'worse',
    reason,
    evidence: NO_EVIDENCE,
  };
  return { do: 'give verdict', experiment: candidate.id, verdict };
}

function crashStep(experiment: Experiment, { result }: Trial): Step {
  const said = result.status === 'crashed' ? `${result.crash.kind}: ${result.crash.message}` : '';
  const reason = said.length > 2000 ? `${said.slice(0, 2000)}...` : said;
  const verdict: Verdict = {
    decision: 'crash',
    ground: 'crash',
    reason,
    evidence: NO_EVIDENCE,
  };
  return { do: 'give verdict', experiment: experiment.id, verdict };
}

/** The program that a trial of this experiment trains. */
export function programOf(study: Study, experiment: string) {
  return experimentNamed(study, experiment).program;
}
