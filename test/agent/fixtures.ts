import type { Proposal, StudyEvent, Verdict } from '../../src/agent/study';
import type { TrialResult } from '../../src/model/harness/trial';
import type { ProgramSource } from '../../src/model/programs/program';
import type { TaskSpec } from '../../src/model/tasks/task';

export const TASK: TaskSpec = {
  name: 'names',
  corpus: { kind: 'builtin', bytes: 100_000, seed: 1 },
  tokenizer: { kind: 'characters' },
  examples: 'windows',
  context: 32,
  split: { validation: 0.1, test: 0.1 },
  budget: { unit: 'seconds', amount: 1 },
  evaluationWindows: 64,
  metric: 'val_bpb',
};

export const BASELINE: ProgramSource = { model: 'export const a = 1;', optimizer: 'export {};' };

export function finished(valBpb: number, graphHash = `hash of ${valBpb}`): TrialResult {
  return {
    status: 'finished',
    summary: {
      valBpb,
      trainingSeconds: 1,
      totalSeconds: 1.5,
      peakBytes: 2 ** 20,
      tokens: 1000,
      steps: 10,
      parameters: 4192,
      flopsPerToken: 30_000,
      achievedFlops: 3e7,
      launchesPerStep: 40,
      device: { kind: 'cpu', name: 'cpu', software: false, precision: 'f32' },
      curve: [{ step: 0, tokens: 100, seconds: 0.1, loss: 3.3 }],
      samples: ['ann'],
      graphHash,
    },
  };
}

export const crashed: TrialResult = {
  status: 'crashed',
  crash: {
    kind: 'exploded',
    message: 'the loss left the rails',
    at: { file: 'model.ts', line: 3 },
  },
  curve: [{ step: 7, tokens: 700, seconds: 0.2, loss: Number.NaN }],
};

export const proposal = (edit: Partial<Proposal> = {}): Proposal => ({
  title: 'learning rate 0.01 -> 0.02',
  hypothesis: 'A larger step learns faster in a short budget.',
  kind: 'learning-rate',
  program: { ...BASELINE, optimizer: 'export const b = 2;' },
  parent: '0',
  researcher: 'local',
  ...edit,
});

export const verdict = (edit: Partial<Verdict> = {}): Verdict => ({
  decision: 'keep',
  ground: 'better',
  reason: 'better by 0.1 bpb on 3 of 3 seeds',
  evidence: {
    differences: [{ seed: 5, difference: -0.1 }],
    mean: -0.1,
    interval: [-0.12, -0.08],
    p: 0.002,
  },
  ...edit,
});

export const created = (study = 'study-a', at = 1): StudyEvent => ({
  type: 'study-created',
  at,
  study,
  task: TASK,
  taskId: 'abc',
  device: 'cpu',
  baseline: BASELINE,
});

/** A log with every type of event in it. */
export function wholeLog(study = 'study-a', at = 1): StudyEvent[] {
  const baseline = proposal({
    title: 'the baseline',
    kind: 'baseline',
    program: BASELINE,
    parent: null,
  });
  const trial = (experiment: string, name: string, seed: number) => ({
    experiment,
    trial: name,
    seed,
  });
  return [
    created(study, at),
    { type: 'experiment-proposed', at: at + 1, experiment: '0', proposal: baseline },
    { type: 'trial-started', at: at + 2, ...trial('0', 'a', 5) },
    { type: 'trial-ended', at: at + 3, ...trial('0', 'a', 5), result: finished(2.5) },
    { type: 'verdict', at: at + 4, experiment: '0', verdict: verdict({ ground: 'baseline' }) },
    { type: 'researcher-failed', at: at + 5, researcher: 'local', message: 'no idea' },
    { type: 'proposal-refused', at: at + 6, proposal: baseline, reason: 'tried before' },
    { type: 'experiment-proposed', at: at + 7, experiment: '1', proposal: proposal() },
    { type: 'trial-started', at: at + 8, ...trial('1', 'b', 5) },
    {
      type: 'trial-ended',
      at: at + 9,
      ...trial('1', 'b', 5),
      result: { status: 'void', reason: 'hidden tab' },
    },
    { type: 'study-stopped', at: at + 10, reason: 'by hand' },
    { type: 'study-resumed', at: at + 11 },
    { type: 'trial-started', at: at + 12, ...trial('1', 'c', 5) },
    { type: 'trial-ended', at: at + 13, ...trial('1', 'c', 5), result: crashed },
    {
      type: 'verdict',
      at: at + 14,
      experiment: '1',
      verdict: verdict({ decision: 'crash', ground: 'crash' }),
    },
    { type: 'brief-set', at: at + 15, text: '# Brief\n\nPrefer small steps.' },
    {
      type: 'insight',
      at: at + 15,
      text: 'Small steps are safe.',
      experiments: ['0', '1'],
      author: 'human',
    },
    {
      type: 'directions-set',
      at: at + 15,
      directions: [{ id: 'd1', text: 'Warm-up.', author: 'human', pinned: true }],
    },
    { type: 'study-finished', at: at + 16, reason: 'nothing left to try' },
  ];
}
