import type { FollowUp, FollowUpPlan } from '../../src/agent/followups/follow-up';
import type { Decision, Experiment, Study } from '../../src/agent/study';
import { EMPTY_LAB, type Lab, type LabSnapshot, type LiveTrial } from '../../src/app/lab/lab';
import { Store } from '../../src/app/lab/store';
import type { LossPoint, TrialSummary } from '../../src/model/harness/trial';
import { PRESETS } from '../../src/model/programs';
import type { ProgramSource } from '../../src/model/programs/program';
import type { TaskSpec } from '../../src/model/tasks/task';
import { FakeTeam, team } from './fake-team';

/** A lab that trains nothing: its numbers are made up, for tests of what the page does with numbers. */
export class FakeLab implements Lab {
  readonly calls: unknown[][] = [];
  readonly team: FakeTeam;
  readonly #store: Store<LabSnapshot>;

  constructor(snapshot: Partial<LabSnapshot> = {}) {
    this.#store = new Store<LabSnapshot>({ ...EMPTY_LAB, ...snapshot });
    this.team = new FakeTeam(snapshot.team ?? team());
    this.team.subscribe(() => this.show({ team: this.team.getView() }));
  }

  subscribe = (listener: () => void) => this.#store.subscribe(listener);
  getSnapshot = () => this.#store.get();
  show = (parts: Partial<LabSnapshot>) => this.#store.patch(parts);

  start = () => this.show({ activity: 'running' });
  stop = () => this.show({ activity: 'idle', live: null });
  readonly player: Lab['player'] = {
    openStudy: async (id) => void this.calls.push(['replay', id]),
    openRecording: async ({ file }) => void this.calls.push(['replay', file]),
    openFile: async (file) => void this.calls.push(['replay', file]),
    play: () => void this.calls.push(['play']),
    pause: () => void this.calls.push(['pause']),
    setSpeed: (speed) => void this.calls.push(['speed', speed]),
    seek: (time) => void this.calls.push(['seek', time]),
    step: (side) => void this.calls.push(['step', side]),
    goOn: async () => void this.calls.push(['goOn']),
    leave: async () => void this.calls.push(['leave']),
  };
  readonly instruments: Lab['instruments'] = {};

  followUp: Lab['followUp'] = (kind) => void this.calls.push(['followUp', kind]);
  newStudy = async (...args: unknown[]) => void this.calls.push(['newStudy', ...args]);
  openStudy = async (...args: unknown[]) => void this.calls.push(['openStudy', ...args]);
  deleteStudy = async (...args: unknown[]) => void this.calls.push(['deleteStudy', ...args]);
  select = (selected: string | null) => this.show({ selected });
  propose: Lab['propose'] = (edit) => this.show({ queued: [...this.getSnapshot().queued, edit] });
  note: Lab['note'] = (note) => void this.calls.push(['note', note]);
  dismissNotice = () => this.show({ notice: null });
  exportStudy = async () => ({ name: 'study.json', type: 'application/json', text: '{}' });
}

export const TASK: TaskSpec = {
  name: 'Built-in stories',
  corpus: { kind: 'builtin', bytes: 1_000_000, seed: 1 },
  tokenizer: { kind: 'bpe', vocab: 512 },
  examples: 'windows',
  context: 64,
  split: { validation: 0.1, test: 0.1 },
  budget: { unit: 'seconds', amount: 10 },
  evaluationWindows: 64,
  metric: 'val_bpb',
};

export const FACTS = {
  id: 'f00d',
  vocab: 512,
  context: 64,
  bytes: { train: 800_000, validation: 100_000, test: 100_000 },
  bytesPerToken: 2.9,
  randomBpb: 3.1,
  entropyBpb: 0.87,
  excerpt:
    'Mara was in the kitchen. She had two apples and a lamp.\nTom walked to the mill. "Where is the lamp?" asked Tom. "Mara has it," said Ines.\nMara gave one apple to Ines. Now she had one apple.',
};

const IDEAS = [
  [
    'learning rate 0.01 -> 0.02',
    'learning-rate',
    'Ten seconds are few steps; twice the rate may get further in them.',
  ],
  [
    'QK-norm in attention',
    'normalisation',
    'Queries and keys of unit length keep the softmax from saturating early, so that gradients stay useful.',
  ],
  ['mlp 4 -> 8', 'width', 'A wider MLP stores more of the grammar; each step costs more.'],
  ['batch 8 -> 32', 'batch', 'A steadier gradient may bear a larger rate.'],
  [
    'learned positions -> RoPE',
    'positions',
    'Relative positions need not be learned one by one, so short runs profit.',
  ],
  ['Adam -> Lion', 'optimizer', 'Sign updates move every weight by the same amount.'],
  ['warm-up over 5% of the budget', 'schedule', 'The first steps are the noisiest.'],
] as const;

export function curve(start: number, end: number, seconds = 10, share = 1): LossPoint[] {
  const count = 200;
  return Array.from({ length: Math.round(count * share) }, (_, i) => {
    const t = (i + 1) / count;
    const wave = Math.sin(i * 12.9898) * 43758.5453;
    const noise = (wave - Math.floor(wave) - 0.5) * 0.22;
    const loss = end + (start - end) * Math.exp(-5 * t ** 0.7) + noise;
    return { step: i * 4, tokens: i * 4 * 512, seconds: t * seconds, loss };
  });
}

export function summary(valBpb: number): TrialSummary {
  return {
    valBpb,
    trainingSeconds: 10,
    totalSeconds: 11.4,
    peakBytes: 18_400_000,
    tokens: 409_600,
    steps: 800,
    parameters: 27_904,
    flopsPerToken: 160_000,
    achievedFlops: 6.5e9,
    launchesPerStep: 48,
    device: { kind: 'webgpu', name: 'webgpu (apple m2)', software: false, precision: 'f32' },
    curve: curve(6.2, valBpb * 2.9 * Math.LN2),
    samples: [
      'Tom was in the mill. He had three coins and a book.\n"Where is the lamp?" asked Mara. "Tom has it," said the baker.',
      'Ines walked to the garden. She gave the book to Tom. Now Tom had two books.',
    ],
    graphHash: 'beef',
  };
}

export function experiment(
  number: number,
  score: number | null,
  decision: Decision | null,
  incumbent: number,
): Experiment {
  const idea = IDEAS[(number - 1 + IDEAS.length) % IDEAS.length]!;
  const base = PRESETS[0].source;
  const difference = score === null ? null : score - incumbent;
  return {
    id: `e${number}`,
    number,
    title: number === 0 ? 'baseline' : idea[0],
    kind: number === 0 ? 'baseline' : idea[1],
    hypothesis: number === 0 ? 'The program that candidates must beat.' : idea[2],
    program: number === 0 ? base : edited(base, number),
    parent: number === 0 ? null : 'e0',
    researcher: 'local',
    startedAt: 1_790_000_000_000 + number * 12_000,
    endedAt: decision ? 1_790_000_011_000 + number * 12_000 : null,
    trials:
      score === null
        ? decision === 'crash'
          ? [
              {
                id: `t${number}`,
                seed: 0,
                result: {
                  status: 'crashed',
                  crash: {
                    kind: 'shape',
                    message: 'shapes [8, 64, 16] and [8, 32, 16] do not broadcast: 64 against 32',
                    at: { file: 'model.ts', line: 37 },
                  },
                  curve: [],
                },
              },
            ]
          : []
        : [0, 1].map((seed) => ({
            id: `t${number}.${seed}`,
            seed,
            result: { status: 'finished' as const, summary: summary(score + seed * 0.004) },
          })),
    verdict: decision && {
      decision,
      ground: number === 0 ? 'baseline' : decision === 'crash' ? 'crash' : 'better',
      reason:
        number === 0
          ? `The baseline scores ${score?.toFixed(3)} bits per byte.`
          : decision === 'crash'
            ? 'The program crashed before its first step: model.ts, line 37.'
            : `On two seeds the difference is ${difference?.toFixed(3)} bits per byte.`,
      evidence: {
        differences:
          difference === null || number === 0
            ? []
            : [0, 1].map((seed) => ({ seed, difference: difference + seed * 0.002 })),
        mean: number === 0 ? null : difference,
        interval:
          difference === null || number === 0 ? null : [difference - 0.01, difference + 0.01],
        p: difference === null || number === 0 ? null : 0.004,
      },
    },
  };
}

function edited(base: ProgramSource, number: number): ProgramSource {
  return number % 2
    ? { ...base, optimizer: base.optimizer.replace('0.01', `0.0${number + 1}`) }
    : {
        model: base.model
          .replace('mlp: 4', `mlp: ${number + 4}`)
          .replace('let x = embedding', 'let x: Tensor = embedding'),
        optimizer: base.optimizer,
      };
}

/** A study with all kinds of verdicts; the last experiment is still running. */
export function study(parts: Partial<Study> = {}): Study {
  const script: readonly (readonly [number | null, Decision | null])[] = [
    [1.92, 'keep'],
    [1.87, 'keep'],
    [1.95, 'discard'],
    [null, 'crash'],
    [1.862, 'inconclusive'],
    [1.74, 'keep'],
    [2.6, 'discard'],
    [1.79, 'discard'],
    [1.7, 'keep'],
    [1.705, 'inconclusive'],
    [1.81, 'discard'],
    [null, null],
  ];
  let best = 1.92;
  const experiments = script.map(([score, decision], number) => {
    const made = experiment(number, score, decision, best);
    if (decision === 'keep' && score !== null) best = score;
    return made;
  });
  return {
    id: 's1',
    task: TASK,
    taskId: 'f00d',
    device: 'webgpu',
    createdAt: 1_790_000_000_000,
    baseline: PRESETS[0].source,
    experiments,
    incumbent: 'e8',
    inFlight: { experiment: 'e11', trial: 't11', seed: 0 },
    refusals: [],
    brief:
      '# Brief\n\nLower val_bpb within 30,000 parameters.\n\n- Prefer changes of the optimizer.\n- Leave the tokenizer alone.',
    insights: [
      { text: 'RoPE pays from the first second on.', experiments: ['e8'], author: 'human' },
    ],
    followUps: [],
    status: 'running',
    ending: null,
    ...parts,
  };
}

export function live(share: number, parts: Partial<LiveTrial> = {}): LiveTrial {
  return {
    trial: 't11',
    experiment: 'e11',
    seed: 0,
    stage: 'training',
    progress: share,
    plan: { parameters: 27_904, flopsPerToken: 160_000, launchesPerStep: 48 },
    tokensPerSecond: 41_300,
    points: curve(6.2, 3.4, 10, share),
    samples: Array.from({ length: Math.ceil(share * 12) }, (_, i) => ({
      step: i * 60 + 10,
      text: `Mara was in the mill. She had ${i} apples and a lamp.\n"Where is the book?" asked Tom. "Ines has it," said Mara.\nTom walked to the garden with the lamp. Now Mara had ${i + 1} coins`,
    })),
    ...parts,
  };
}

/** A replication that has ended and an attribution under way, over the study's kept changes. */
export function followUps(): FollowUp[] {
  const { source: program } = PRESETS[0];
  const made = (
    plan: Omit<FollowUpPlan, 'seeds'>,
    levels: Record<string, number>,
    seeds: number,
  ) => ({
    id: `${plan.kind}-1`,
    plan: { ...plan, seeds: Array.from({ length: 10 }, (_, seed) => seed) },
    paused: null,
    startedAt: 1_790_000_200_000,
    trials: Array.from({ length: seeds }, (_, seed) => seed).flatMap((seed) =>
      Object.entries(levels).map(([arm, level], i) => {
        const luck = 0.012 * Math.sin(seed * 7.3) + 0.006 * Math.sin(seed * 3.1 + i * 2);
        const valBpb = level + luck;
        const test = plan.scoreTest ? { testBpb: valBpb + 0.02 } : {};
        return {
          arm,
          seed,
          result: { status: 'finished' as const, summary: { ...summary(valBpb), ...test } },
        };
      }),
    ),
  });
  const arm = (id: string, title: string) => ({ id, title, program });
  const comparison = (arm: string, against: string, title: string, experiment: string | null) => ({
    arm,
    against,
    title,
    experiment,
    margin: 0,
  });
  return [
    {
      status: 'ended',
      ...made(
        {
          kind: 'replication',
          arms: [arm('e0', 'baseline'), arm('e5', '#5 learned positions -> RoPE'), arm('e8', '#8')],
          comparisons: [
            comparison('e8', 'e0', 'final against baseline', null),
            comparison('e5', 'e0', '#5 learned positions -> RoPE', 'e5'),
            comparison('e8', 'e5', '#8 learning rate 0.01 -> 0.02', 'e8'),
          ],
          scoreTest: true,
          notes: [],
          entropy: { validation: 0.87, test: 0.88 },
        },
        { e0: 1.92, e5: 1.75, e8: 1.752 },
        10,
      ),
    },
    {
      status: 'open',
      ...made(
        {
          kind: 'attribution',
          arms: [arm('final', 'final'), arm('without-5', 'without #5 learned positions -> RoPE')],
          comparisons: [comparison('final', 'without-5', '#5 learned positions -> RoPE', 'e5')],
          scoreTest: false,
          notes: [
            'The final program without #8 learning rate 0.01 -> 0.02 cannot be built: a later change rewrote the same place in optimizer.ts.',
          ],
        },
        { final: 1.75, 'without-5': 1.86 },
        4,
      ),
    },
  ];
}
