// The page in states that are hard to reach by hand, with made-up numbers: ?state=running
import { createRoot } from 'react-dom/client';
import { App } from '../../../src/app/app';
import { EMPTY_LAB, type LabSnapshot } from '../../../src/app/lab/lab';
import { FACTS, FakeLab, followUps, live, study } from '../fake-lab';
import { TEAMS } from '../fake-team';

const device = {
  kind: 'webgpu',
  name: 'webgpu (apple m2)',
  software: false,
  precision: 'f32',
} as const;
const studies = [
  { id: 's1', createdAt: 1_790_000_000_000, task: 'Built-in stories' },
  { id: 's0', createdAt: 1_780_000_000_000, task: 'Names' },
];
const whole = study();
const first = study({ experiments: whole.experiments.slice(0, 1), incumbent: null });
const baseline = {
  ...first,
  experiments: first.experiments.map((e) => ({ ...e, trials: [], verdict: null })),
  inFlight: { experiment: 'e0', trial: 't0', seed: 0 },
};

const verdicts = whole.experiments.flatMap(({ id, number, verdict }) =>
  verdict ? [{ time: 30_000 * (number + 1), position: number + 2, experiment: id, verdict }] : [],
);
const tape = {
  study: 's1',
  device: 'wasm (4 threads)',
  createdAt: 1_790_000_000_000,
  own: false,
  length: 30_000 * (whole.experiments.length + 2),
  leftOut: 543_000,
  verdicts,
  experiments: whole.experiments.length + 3,
};

const STATES = {
  opening: EMPTY_LAB,
  preparing: {
    ...EMPTY_LAB,
    activity: 'preparing',
    preparation: { message: 'Writing the stories to learn from', progress: 0.4 },
  },
  baseline: {
    ...EMPTY_LAB,
    activity: 'running',
    study: baseline,
    studies,
    facts: FACTS,
    device,
    live: live(0.12, { experiment: 'e0', trial: 't0' }),
  },
  // One score alone: its axis has thousandths.
  'first-score': { ...EMPTY_LAB, activity: 'running', study: first, studies, facts: FACTS, device },
  running: {
    ...EMPTY_LAB,
    activity: 'running',
    study: whole,
    studies,
    facts: FACTS,
    live: live(0.62),
    device,
  },
  selected: {
    ...EMPTY_LAB,
    activity: 'running',
    study: whole,
    studies,
    facts: FACTS,
    live: live(0.62),
    device,
    selected: 'e8',
  },
  replaying: {
    ...EMPTY_LAB,
    activity: 'replaying',
    study: whole,
    studies,
    facts: FACTS,
    live: live(0.62),
    device,
    selected: 'e8',
    replay: { tape, time: 200_000, playing: true, speed: 10 },
  },
  following: {
    ...EMPTY_LAB,
    activity: 'following',
    following: 'attribution',
    study: { ...whole, status: 'finished', followUps: followUps() },
    studies,
    facts: FACTS,
    device,
  },
  ...Object.fromEntries(
    Object.entries(TEAMS).map(([name, team]) => [
      `team-${name}`,
      {
        ...EMPTY_LAB,
        activity: name === 'ended' ? 'idle' : 'running',
        study: whole,
        studies,
        facts: FACTS,
        live: name === 'ended' ? null : live(0.62),
        device,
        team,
      },
    ]),
  ),
  crash: {
    ...EMPTY_LAB,
    activity: 'idle',
    study: { ...whole, status: 'stopped' },
    studies,
    facts: { ...FACTS, entropyBpb: null },
    device: { kind: 'cpu', name: 'cpu (float32)', software: false, precision: 'f32' },
    selected: 'e3',
    notice: {
      tone: 'problem',
      text: 'The trial was void: its worker ended without a word. It runs again.',
    },
  },
} as const;

const name = new URLSearchParams(location.search).get('state') ?? 'running';
const state = STATES[name as keyof typeof STATES] ?? STATES.running;
const lab = new FakeLab(state as Partial<LabSnapshot>);
// Tests make the lab show what they want to see drawn, and ask it what it was told.
Object.assign(window, { lab });
createRoot(document.getElementById('root')!).render(<App lab={lab} />);
