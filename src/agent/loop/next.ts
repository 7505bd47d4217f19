import { experimentNamed, incumbentOf } from '../history/fold';
import type { Experiment, Proposal, Study, Trial, Verdict } from '../study';
import { NO_EVIDENCE, noiseOf, type Pair } from '../verdicts/evidence';
import type { VerdictPolicy } from '../verdicts/policy';
import { countTokens } from '../verdicts/simplicity';
import { bits } from '../verdicts/words';
import { isOfNow } from './eras';
import { studySeed } from './seeds';

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

/** Seeds tried beyond the policy's own when the incumbent crashes on some. */
const SPARE_SEEDS = 3;

/**
 * What a study needs next: a pure function of what its log says, so that a study which was killed
 * anywhere goes on as if it had not been. Nothing that has a result is run again.
 */
export function nextStep(study: Study, policy: VerdictPolicy): Step {
  const [baseline] = study.experiments;
  if (!baseline) return { do: 'propose baseline', proposal: baselineProposal(study) };
  if (!baseline.verdict) return baselineStep(study, baseline);
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

function baselineStep(study: Study, baseline: Experiment): Step {
  const seed = studySeed(study.id, 0);
  const trial = scoredTrial(study, baseline, seed);
  if (!trial) return trialStep(study, baseline, seed);
  if (trial.result.status !== 'finished') return crashStep(baseline, trial);
  const { valBpb } = trial.result.summary;
  const verdict: Verdict = {
    decision: 'keep',
    ground: 'baseline',
    reason: `the first program scores ${bits(valBpb)} bpb; there is nothing to beat yet`,
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
  const pairs: Pair[] = [];
  const tokens = {
    candidate: countTokens(candidate.program),
    incumbent: countTokens(incumbent.program),
  };
  const most = policy.seeds + SPARE_SEEDS;
  let sameGraph = false;
  for (let index = 0; index < most; index++) {
    const seed = studySeed(study.id, index);
    const own = scoredTrial(study, candidate, seed);
    if (!own) return trialStep(study, candidate, seed);
    if (own.result.status !== 'finished') return crashStep(candidate, own);
    const other = scoredTrial(study, incumbent, seed);
    if (!other) return trialStep(study, incumbent, seed);
    if (other.result.status === 'finished') {
      const [a, b] = [own.result.summary, other.result.summary];
      pairs.push({ seed, candidate: a.valBpb, incumbent: b.valBpb });
      sameGraph = a.graphHash === b.graphHash;
    }
    const seedsLeft = Math.min(policy.seeds - pairs.length, most - index - 1);
    const noise = noiseOf(study);
    const word = policy.decide({ pairs, seedsLeft, tokens, sameGraph, noise });
    if (word !== 'more') return { do: 'give verdict', experiment: candidate.id, verdict: word };
  }
  throw new Error(`the verdict policy asked for more than its own ${policy.seeds} seeds`);
}

/** The trial on that seed that says something of the program now: void ones and those of earlier eras do not. */
function scoredTrial(study: Study, experiment: Experiment, seed: number): Trial | undefined {
  return experiment.trials.find(
    (t) => t.seed === seed && t.result.status !== 'void' && isOfNow(study, t),
  );
}

/** A trial lost in flight gets its old name again; one that is run once more gets a name of its own. */
function trialStep(study: Study, experiment: Experiment, seed: number): Step {
  const earlier = experiment.trials.filter((trial) => trial.seed === seed).length;
  const trial = `${study.id}.${experiment.id}.${seed}${earlier > 0 ? `.${earlier + 1}` : ''}`;
  return { do: 'run trial', experiment: experiment.id, trial, seed };
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
