import type { Device } from '../../kernels/devices/device';
import type { Sandbox } from '../sandbox/sandbox';
import type { LoadedTask } from '../tasks/task';
import { evaluationOf } from '../tasks/windows';
import { progressOf, TrainingClock } from './budget';
import { probeCausality } from './causality';
import { crashOf, ProgramCrash } from './crash';
import { evaluate } from './evaluate';
import { AVERAGE, initialTensors, traceTarget, writeAll } from './prepare';
import { preparedProgram } from './prepared-programs';
import { drawSample } from './sample';
import { thinCurve } from './thin-curve';
import { train, warmUp } from './train';
import type { LossPoint, TrialEvent, TrialRequest, TrialResult } from './trial';

export interface Bench {
  readonly task: LoadedTask;
  readonly device: Device;
  readonly sandbox: Sandbox;
}

export interface TrialOptions {
  readonly onEvent?: (event: TrialEvent) => void;
  readonly signal?: AbortSignal;
  /** Seconds between live samples; 0 draws none until the end. */
  readonly sampleEvery?: number;
}

const SAMPLES_AT_END = 3;
const SAMPLE_LENGTH = 96;
/** A live sample may hold up training no longer than this. */
const LIVE_SAMPLE_SECONDS = 0.3;

/**
 * One trial: traces the program, plans it on the device, warms up, trains until the budget is spent,
 * probes for causality and scores. What the program did wrong comes back as `crashed`, a lost device as
 * `void`; only an abort and a fault of the lab itself throw.
 */
export async function runTrial(
  bench: Bench,
  request: TrialRequest,
  { onEvent = () => {}, signal = new AbortController().signal, sampleEvery = 0 }: TrialOptions = {},
): Promise<TrialResult> {
  const curve: LossPoint[] = [];
  try {
    return await attempt(bench, request, curve, onEvent, signal, sampleEvery);
  } catch (error) {
    signal.throwIfAborted();
    const crash = crashOf(error);
    return crash
      ? { status: 'crashed', crash, curve: thinCurve(curve) }
      : { status: 'void', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function attempt(
  { task, device, sandbox }: Bench,
  { program, seed, budget = task.spec.budget, scoreTest }: TrialRequest,
  curve: LossPoint[],
  onEvent: (event: TrialEvent) => void,
  signal: AbortSignal,
  sampleEvery: number,
): Promise<TrialResult> {
  const startedAt = performance.now();
  onEvent({ type: 'stage', stage: 'tracing' });
  const target = traceTarget(task);
  const prepared = await preparedProgram(sandbox, program, target);
  const { traced, parameterCount: parameters } = prepared;

  onEvent({ type: 'stage', stage: 'planning' });
  signal.throwIfAborted();
  const session = await device.open(prepared.workload);
  try {
    const plan = session.plans.train0!;
    const { batch, context } = traced.phases[0]!;
    const flopsPerToken = plan.flops / (batch * context);
    const launchesPerStep = plan.launches;
    onEvent({ type: 'planned', device: device.info, parameters, flopsPerToken, launchesPerStep });

    onEvent({ type: 'stage', stage: 'warming up' });
    const beginning = await initialTensors(traced, seed, device.info.precision);
    writeAll(session, beginning);
    await warmUp({ session, prepared, task, seed, budget });
    writeAll(session, beginning);

    onEvent({ type: 'stage', stage: 'training' });
    const average = async () => {
      if (traced.averaged) await session.run(AVERAGE, [{}]);
    };
    let sampledAt = -Infinity;
    const sample = async (length: number, number: number, seconds: number) => {
      await average();
      const deadline = performance.now() + 1000 * seconds;
      const options = { seed: seed + number, length, temperature: 0.8 };
      return drawSample(session, task, options, () => performance.now() > deadline);
    };
    const clock = new TrainingClock();
    const spent = await train({
      session,
      prepared,
      task,
      seed,
      budget,
      clock,
      signal,
      onPoints: (points, progress) => {
        curve.push(...points);
        const last = points.at(-1)!;
        const tokensPerSecond = last.tokens / Math.max(last.seconds, 1e-9);
        onEvent({ type: 'progress', progress, points, tokensPerSecond });
      },
      pauseWanted: () => sampleEvery > 0 && performance.now() - sampledAt > 1000 * sampleEvery,
      onPause: async (step) => {
        const text = await sample(SAMPLE_LENGTH, step, LIVE_SAMPLE_SECONDS);
        onEvent({ type: 'sample', step, text });
        sampledAt = performance.now();
      },
    });

    onEvent({ type: 'stage', stage: 'evaluating' });
    signal.throwIfAborted();
    await average();
    const probe = { batch: target.evaluationBatch, context: target.context, vocab: target.vocab };
    const leak = await probeCausality(session, probe, seed);
    if (leak) throw new ProgramCrash(leak);
    const score = async (part: 'validation' | 'test') => {
      const bpb = await evaluate(session, evaluationOf(task, part, target.evaluationBatch));
      if (Number.isFinite(bpb)) return bpb;
      throw new ProgramCrash({
        kind: 'not finite',
        message: `the logits are not finite after training: the bits per byte would be ${bpb}`,
      });
    };
    const valBpb = await score('validation');
    const testBpb = scoreTest ? { testBpb: await score('test') } : {};
    const samples: string[] = [];
    for (let i = 1; i <= SAMPLES_AT_END; i++) {
      samples.push(await sample(SAMPLE_LENGTH, -i, 3 * LIVE_SAMPLE_SECONDS));
    }
    onEvent({ type: 'sample', step: spent.steps, text: samples[0]! });
    onEvent({
      type: 'progress',
      progress: progressOf(budget, spent),
      points: [],
      tokensPerSecond: spent.tokens / spent.seconds,
    });
    return {
      status: 'finished',
      summary: {
        valBpb,
        ...testBpb,
        trainingSeconds: spent.seconds,
        totalSeconds: (performance.now() - startedAt) / 1000,
        peakBytes: session.peakBytes,
        tokens: spent.tokens,
        steps: spent.steps,
        parameters,
        flopsPerToken,
        achievedFlops: spent.flops / spent.seconds,
        launchesPerStep,
        device: device.info,
        curve: thinCurve(curve),
        samples,
        graphHash: prepared.graphHash,
      },
    };
  } finally {
    session.close();
  }
}
