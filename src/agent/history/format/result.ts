import type { DeviceInfo } from '../../../kernels/devices/device';
import type { SourceLine } from '../../../kernels/graph/types';
import type {
  Crash,
  LossPoint,
  Pace,
  PaceAndSpeed,
  TrialResult,
  TrialSummary,
} from '../../../model/harness/trial';
import {
  boolean,
  exactly,
  integer,
  list,
  measured,
  number,
  oneOf,
  optional,
  record,
  text,
  variant,
} from './readers';

const device = record<DeviceInfo>({
  kind: oneOf('cpu', 'webgpu', 'wasm', 'native'),
  name: text(400),
  software: boolean,
  precision: oneOf('f32', 'f64'),
});

/** The loss of the step that ended a crashed trial may be no number at all. */
const point = record<LossPoint>({
  step: integer,
  tokens: number,
  seconds: measured,
  loss: measured,
});
const curve = list(point, 10_000);

const summary = record<TrialSummary>({
  valBpb: number,
  testBpb: optional(number),
  trainingSeconds: measured,
  totalSeconds: measured,
  peakBytes: measured,
  tokens: number,
  steps: integer,
  parameters: integer,
  flopsPerToken: measured,
  achievedFlops: measured,
  launchesPerStep: measured,
  device,
  curve,
  samples: list(text(100_000), 100),
  pace: optional(record<Pace>({ reference: measured, lost: measured })),
  graphHash: text(200),
  graphNodes: optional(integer),
  draws: optional(text(200)),
});

const crash = record<Crash>({
  kind: oneOf(
    'syntax',
    'trace',
    'limit',
    'shape',
    'not finite',
    'exploded',
    'causality',
    'shader',
    'memory',
    'internal',
  ),
  message: text(100_000),
  at: optional(record<SourceLine>({ file: text(400), line: integer, column: optional(integer) })),
});

const paceAndSpeed = record<PaceAndSpeed>({
  reference: measured,
  lost: measured,
  stepsPerSecond: measured,
});

export const trialResult = variant<'status', TrialResult>('status', {
  finished: record({ status: exactly('finished'), summary }),
  crashed: record({ status: exactly('crashed'), crash, curve }),
  stopped: record<TrialResult & { status: 'stopped' }>({
    status: exactly('stopped'),
    progress: number,
    gap: measured,
    reason: text(10_000),
    curve,
    pace: optional(paceAndSpeed),
  }),
  void: record<TrialResult & { status: 'void' }>({
    status: exactly('void'),
    reason: text(10_000),
    pace: optional(paceAndSpeed),
  }),
});
