import { applyEvent } from '../../../src/agent/history/fold';
import { nextStep } from '../../../src/agent/loop/next';
import type { Proposal, Study, StudyEvent } from '../../../src/agent/study';
import { pairedPolicy } from '../../../src/agent/verdicts/paired';
import { hashName, normalAt, threefry2x32 } from '../../../src/kernels/random/threefry';
import type { TrialResult } from '../../../src/model/harness/trial';
import { created, finished } from '../fixtures';

/**
 * Studies whose trials are drawn instead of run, through the loop's own code: the score of program i on a
 * seed is level(i) + shared luck of the seed + luck of the program on the seed.
 */
export interface Candidate {
  /** True difference from the incumbent of its time, in bpb. */
  readonly effect: number;
  /** Deviation of its own luck, in bpb. */
  readonly deviation: number;
  /** Draws other numbers than the incumbent, so that no luck is shared. */
  readonly broken?: boolean;
  readonly simpler?: boolean;
}

export interface World {
  readonly name: string;
  readonly candidates: readonly Candidate[];
  /** Deviation of the luck that programs with the same draws share on a seed. */
  readonly shared: number;
  /** A standard draw: normal unless said otherwise. */
  readonly draw?: (key: number, program: number, seed: number) => number;
  /** The trials of programs with broken draws look paired all the same. */
  readonly hidden?: boolean;
  /** Added to each score of the baseline on the seeds of these indices. */
  readonly unlucky?: (seed: number) => number;
}

export const normal = (key: number, program: number, seed: number) => normalAt(key, program, seed);
/** Student's t with 3 degrees of freedom, scaled to a variance of 1. */
export const heavy = (key: number, program: number, seed: number) => {
  const chi = [11, 12, 13].reduce((sum, k) => sum + normalAt(key ^ k, program, seed) ** 2, 0);
  return normalAt(key, program, seed) / Math.sqrt(chi);
};

const policy = pairedPolicy();

/** Runs all candidates of a world, one study; pure. */
export function simulate(world: World): Study {
  const key = hashName(world.name);
  const draw = world.draw ?? normal;
  const levels: number[] = [3];
  let at = 0;
  const apply = (study: Study, event: Record<string, unknown>) =>
    applyEvent(study, { at: at++, ...event } as StudyEvent);
  let study = applyEvent(null, created(world.name));

  const score = (number: number, seed: number): TrialResult => {
    const candidate = world.candidates[number - 1];
    const broken = candidate?.broken ?? false;
    const [index] = threefry2x32(seed, 0, 0, 0);
    const luck = (stream: number) => draw(key, stream, index >>> 1);
    // A program's own luck: the baseline's is that of the first candidate's kind.
    const own = (candidate ?? world.candidates[0]!).deviation * luck(number + 1);
    const bad = number === 0 ? (world.unlucky?.(seed) ?? 0) : 0;
    const shared = world.shared * luck(broken ? 100_000 + number : 0);
    const { summary } = finished(
      levels[number]! + shared + own + bad,
      `${number}`,
    ) as TrialResult & {
      status: 'finished';
    };
    const draws = broken && !world.hidden ? `${number}` : '0';
    const graphNodes = candidate?.simpler ? 1000 - number : 1000;
    return { status: 'finished', summary: { ...summary, draws, graphNodes } };
  };

  for (;;) {
    const step = nextStep(study, policy);
    switch (step.do) {
      case 'propose baseline':
        study = propose(study, step.proposal, apply);
        break;
      case 'ask researcher': {
        const number = study.experiments.length;
        const candidate = world.candidates[number - 1];
        if (!candidate) return study;
        levels[number] = levels[Number(study.incumbent)]! + candidate.effect;
        study = propose(study, proposalOf(study, number, candidate), apply);
        break;
      }
      case 'run trial': {
        const { experiment, trial, seed } = step;
        const result = score(Number(experiment), seed);
        study = apply(study, { type: 'trial-ended', experiment, trial, seed, result });
        break;
      }
      case 'give verdict':
        study = apply(study, {
          type: 'verdict',
          experiment: step.experiment,
          verdict: step.verdict,
        });
        break;
      case 'give up':
        throw new Error(step.reason);
    }
  }
}

function propose(
  study: Study,
  proposal: Proposal,
  apply: (study: Study, event: Record<string, unknown>) => Study,
): Study {
  const experiment = String(study.experiments.length);
  return apply(study, { type: 'experiment-proposed', experiment, proposal });
}

function proposalOf(study: Study, number: number, { simpler }: Candidate): Proposal {
  return {
    title: `candidate ${number}`,
    hypothesis: '',
    kind: 'simulated',
    program: simpler ? { model: '', optimizer: '' } : study.baseline,
    parent: study.incumbent,
    researcher: 'local',
  };
}

export const repeat = (count: number, candidate: Candidate): Candidate[] =>
  Array.from({ length: count }, () => candidate);

/** Trials that the candidates of a study cost on average, their own and with those of the incumbents. */
export function costOf(study: Study): { own: number; all: number } {
  const candidates = study.experiments.length - 1;
  const all = study.experiments.reduce((sum, { trials }) => sum + trials.length, 0);
  const own = study.experiments
    .slice(1)
    .reduce((sum, { verdict }) => sum + (verdict?.evidence.trials ?? 0), 0);
  return { own: own / candidates, all: (all - policy.calibration) / candidates };
}

export const keptIn = (study: Study, ground = 'better'): number =>
  study.experiments.filter(({ verdict }) => verdict?.ground === ground).length;
