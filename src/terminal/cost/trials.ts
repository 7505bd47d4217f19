import type { Proposal, Study, TrialRunner } from '../../agent/study';
import { hashName, normalAt } from '../../kernels/random/threefry';
import type { Diagnosis } from '../../model/harness/diagnose';
import type { Inspection } from '../../model/harness/inspect';
import type { LossPoint, TrialRequest, TrialResult } from '../../model/harness/trial';
import type { ProgramSource } from '../../model/programs/program';
import type { TaskSpec } from '../../model/tasks/task';

const STEPS = 600;
const POINTS = 100;
const FIRST_SCORE = 2.2;
/** Bits per byte by which a change moves the score at most often, and a seed on top of it. */
const EFFECT = 0.02;
const LUCK = 0.002;
/** Most changes help little or do harm. */
const DRIFT = 0.6;

const SAMPLE = 'Mia has two red hats. Tom went to the barn, and the cat sat there. '.repeat(12);

/**
 * A runner that trains nothing, for studies whose requests are measured: scores drift from program to program
 * as in real studies, with luck that hangs on the seed, and results are as long as real ones.
 */
export class MadeUpTrials implements TrialRunner {
  readonly #scores = new Map<string, number>();

  constructor(private readonly task: TaskSpec) {}

  /** A proposal will be scored as an edit of what it edits. */
  expect(study: Study, { program, parent }: Proposal): void {
    const from = study.experiments.find(({ id }) => id === parent)?.program ?? study.baseline;
    const moved = EFFECT * (DRIFT + normalAt(hashName(textOf(program)), 0, 0));
    this.#scores.set(textOf(program), this.#scoreOf(from) + moved);
  }

  readonly inspect = async (program: ProgramSource): Promise<Inspection> => ({
    status: 'ok',
    graphHash: String(hashName(textOf(program))),
    parameters: 120_000,
    flopsPerToken: 760_000,
    bytesPerStep: 9_000_000,
    launchesPerStep: 60,
    graphNodes: 400,
    phases: [{ until: 1, batch: 16, context: this.task.context }],
  });

  readonly run = async (
    { program, seed }: TrialRequest,
    onEvent: Parameters<TrialRunner['run']>[1],
  ): Promise<TrialResult> => {
    onEvent({ type: 'stage', stage: 'training' });
    const valBpb = this.#scoreOf(program) + LUCK * normalAt(seed, hashName(textOf(program)), 0);
    return {
      status: 'finished',
      summary: {
        valBpb,
        trainingSeconds: 10,
        totalSeconds: 12,
        peakBytes: 2 ** 24,
        tokens: STEPS * 16 * this.task.context,
        steps: STEPS,
        parameters: 120_000,
        flopsPerToken: 760_000,
        achievedFlops: 2e10,
        launchesPerStep: 60,
        device: { kind: 'cpu', name: 'none', software: false, precision: 'f32' },
        curve: curveTo(valBpb),
        samples: [SAMPLE],
        graphHash: String(hashName(textOf(program))),
        draws: 'the same',
      },
    };
  };

  readonly diagnose = async (): Promise<Diagnosis> => ({ points: [], work: [] });

  #scoreOf(program: ProgramSource): number {
    return this.#scores.get(textOf(program)) ?? FIRST_SCORE;
  }
}

function curveTo(last: number): LossPoint[] {
  return Array.from({ length: POINTS }, (_, i) => {
    const progress = (i + 1) / POINTS;
    const step = Math.round(STEPS * progress);
    return { step, tokens: 512 * step, seconds: 10 * progress, loss: last / progress ** 0.2 };
  });
}

function textOf({ model, optimizer }: ProgramSource): string {
  return `${model}\n${optimizer}`;
}
