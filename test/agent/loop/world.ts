import { createMemoryHistory } from '../../../src/agent/history/memory';
import type { LoopOptions } from '../../../src/agent/loop/options';
import { runStudy } from '../../../src/agent/loop/run';
import type { History, Proposal, Researcher, Study, TrialRunner } from '../../../src/agent/study';
import { normalAt } from '../../../src/kernels/random/threefry';
import type { Inspection } from '../../../src/model/harness/inspect';
import type { TrialRequest, TrialResult } from '../../../src/model/harness/trial';
import type { ProgramSource } from '../../../src/model/programs/program';
import { finished, proposal, TASK } from '../fixtures';

/** A program whose text says how well it will do: what a fake trial reads. */
export const scoring = (bpb: number, name = ''): ProgramSource => ({
  model: `export const bpb = ${bpb}; ${'/* padding */ '.repeat(3)}`,
  optimizer: `export const name = '${name}';`,
});

export const crashing: ProgramSource = { model: 'crash', optimizer: '' };

/** Trains nothing: the score in the text, with noise that seeds share and noise of the program's own. */
export function fakeResult({ program, seed }: TrialRequest): TrialResult {
  if (program.model === 'crash') {
    return { status: 'crashed', crash: { kind: 'trace', message: 'it broke' }, curve: [] };
  }
  const bpb = Number(/bpb = ([\d.]+)/.exec(program.model)?.[1]);
  const shared = 0.01 * normalAt(seed, 0, 0);
  const own = 0.002 * normalAt(seed, bpb * 1000, 0);
  return finished(bpb + shared + own, graphOf(program));
}

export class FakeRunner implements TrialRunner {
  inspect: TrialRunner['inspect'] = async (program) => fakeInspection(program);

  /** Ids of the trials that were run to their end, in order. */
  readonly ended: string[] = [];
  constructor(
    private readonly play: (request: TrialRequest, call: number) => TrialResult = fakeResult,
  ) {}

  async run(request: TrialRequest, onEvent: Parameters<TrialRunner['run']>[1]) {
    onEvent({ type: 'stage', stage: 'training' });
    await Promise.resolve();
    const result = this.play(request, this.ended.length);
    this.ended.push(request.id);
    return result;
  }
}

/** The graph of a fake program: its text without comments in stars. */
export function graphOf({ model, optimizer }: ProgramSource): string {
  return `graph of ${`${model}${optimizer}`.replace(/\/\*.*?\*\//gs, '').replace(/\s+/g, '')}`;
}

/** What inspection says of a fake program. */
export function fakeInspection(program: ProgramSource): Inspection {
  if (program.model === 'crash') {
    return { status: 'crashed', crash: { kind: 'trace', message: 'it broke' } };
  }
  return {
    status: 'ok',
    graphHash: graphOf(program),
    parameters: 4192,
    flopsPerToken: 30_000,
    launchesPerStep: 40,
    graphNodes: 50,
    phases: [{ until: 1, batch: 8, context: 32 }],
  };
}

/** Proposes these programs, by the number of the experiment. */
export function scripted(programs: readonly ProgramSource[]): Researcher {
  return {
    name: 'local',
    propose: async (study) => {
      const number = study.experiments.length;
      const program = programs[number - 1];
      return program ? proposalOf(study, program, `idea ${number}`) : null;
    },
  };
}

export function proposalOf(study: Study, program: ProgramSource, title: string): Proposal {
  return proposal({ title, program, parent: study.incumbent });
}

export interface World extends Partial<LoopOptions> {
  readonly programs?: readonly ProgramSource[];
}

/** Runs a study in a world where nothing is real but the loop. */
export function run({ programs = [], ...options }: World = {}): Promise<Study> {
  let clock = 1_000_000;
  return runStudy({
    study: { id: 'study-1', task: TASK, taskId: 'abc', baseline: scoring(3) },
    device: 'cpu',
    researcher: scripted(programs),
    runner: new FakeRunner(),
    history: createMemoryHistory(),
    now: () => clock++,
    patience: () => 0,
    calm: () => 0,
    ...options,
  });
}

/** A history that dies at its n-th append from now: before it wrote the event, or just after. */
export function dyingHistory(history: History, appends: number, when: 'before' | 'after'): History {
  let left = appends;
  return {
    ...history,
    append: async (study, event, position) => {
      left--;
      if (left === 0 && when === 'before') throw new Error('killed');
      await history.append(study, event, position);
      if (left === 0) throw new Error('killed');
    },
  };
}
