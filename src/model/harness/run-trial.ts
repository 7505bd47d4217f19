import type { Device } from '../../kernels/devices/device';
import type { Sandbox } from '../sandbox/sandbox';
import type { LoadedTask } from '../tasks/task';
import { evaluationOf } from '../tasks/windows';
import { progressOf, TrainingClock } from './budget';
import { probeCausality } from './causality';
import { crashOf, ProgramCrash } from './crash';
import { byProgress, EarlyEndWatch } from './early-end';
import { evaluate } from './evaluate';
import { AVERAGE, initialTensors, traceTarget, writeAll } from './prepare';
import { preparedProgram } from './prepared-programs';
import { PaceWatch } from './reference';
import { drawSample } from './sample';
import { Stopwatch } from './stopwatch';
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
  /** Samples drawn at the end; default 3. None, where only the score is asked for. */
  readonly samples?: number;
}

const DEFAULTS = { onEvent: () => {}, sampleEvery: 0, samples: 3 } as const;
const SAMPLE_LENGTH = 96;
/** A live sample may hold up training no longer than this, in seconds. */
const LIVE_SAMPLE_SECONDS = 0.15;
/** Samples take this share of the training time at most while it lasts, and again after it. */
const SAMPLE_SHARE = 0.03;

/**
 * One trial: traces the program, plans it on the device, warms up, trains until the budget is spent,
 * probes for causality and scores. What the program did wrong comes back as `crashed`, a lost device as
 * `void`; only an abort and a fault of the lab itself throw.
 */
export async function runTrial(
  bench: Bench,
  request: TrialRequest,
  options: TrialOptions = {},
): Promise<TrialResult> {
  const { signal = new AbortController().signal } = options;
  const curve: LossPoint[] = [];
  try {
    return await attempt(bench, request, curve, { ...DEFAULTS, ...options, signal });
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
  { program, seed, budget = task.spec.budget, scoreTest, end }: TrialRequest,
  curve: LossPoint[],
  { onEvent, signal, sampleEvery, samples: wanted }: Required<TrialOptions>,
): Promise<TrialResult> {
  const startedAt = performance.now();
  const watch = new Stopwatch();
  onEvent({ type: 'stage', stage: 'tracing' });
  const target = traceTarget(task);
  const prepared = await preparedProgram(sandbox, program, target);
  const { traced, parameterCount: parameters } = prepared;

  onEvent({ type: 'stage', stage: 'planning' });
  signal.throwIfAborted();
  watch.begin('compiling');
  const session = await device.open(prepared.workload);
  try {
    watch.begin('initial values');
    watch.move(session.planningSeconds, 'compiling', 'planning');
    const plan = session.plans.train0!;
    const { batch, context } = traced.phases[0]!;
    const flopsPerToken = plan.flops / (batch * context);
    const launchesPerStep = plan.launches;
    onEvent({ type: 'planned', device: device.info, parameters, flopsPerToken, launchesPerStep });

    onEvent({ type: 'stage', stage: 'warming up' });
    const beginning = await initialTensors(traced, seed, device.info.precision);
    writeAll(session, beginning);
    watch.begin('warming up');
    await warmUp({ session, prepared, task, seed, budget });
    writeAll(session, beginning);

    const paceWatch = budget.unit === 'seconds' ? new PaceWatch(device) : null;
    watch.begin('timing the machine');
    await paceWatch?.measure();

    onEvent({ type: 'stage', stage: 'training' });
    watch.begin('training');
    const average = async () => {
      if (traced.averaged) await session.run(AVERAGE, [{}]);
    };
    let sampledAt = -Infinity;
    let samplingSeconds = 0;
    const sample = async (number: number, seconds: number) => {
      const startedAt = performance.now();
      await average();
      const options = { seed: seed + number, length: SAMPLE_LENGTH, temperature: 0.8, seconds };
      const text = await drawSample(session, task, options);
      sampledAt = performance.now();
      samplingSeconds += (sampledAt - startedAt) / 1000;
      return text;
    };
    const clock = new TrainingClock();
    const sampleWanted = () =>
      sampleEvery > 0 &&
      performance.now() - sampledAt > 1000 * sampleEvery &&
      samplingSeconds <= SAMPLE_SHARE * clock.seconds;
    const endWatch = end && new EarlyEndWatch(end);
    let stopped: ReturnType<EarlyEndWatch['see']> = null;
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
        stopped ??= endWatch?.see(byProgress(points, budget, flopsPerToken)) ?? null;
        return stopped ? 'enough' : undefined;
      },
      pauseWanted: () => sampleWanted() || paceWatch?.wanted(clock.seconds) === true,
      onPause: async (step) => {
        if (paceWatch?.wanted(clock.seconds)) {
          watch.begin('timing the machine');
          await paceWatch.look(clock.seconds);
        }
        if (sampleWanted()) {
          watch.begin('live samples');
          onEvent({ type: 'sample', step, text: await sample(step, LIVE_SAMPLE_SECONDS) });
        }
        watch.begin('training');
      },
    });

    watch.begin('timing the machine');
    await paceWatch?.measure();
    const pace = paceWatch && { reference: paceWatch.reference, lost: spent.lost };
    // What the watch found is known to the compiler as null alone: it is set in a callback.
    const early = stopped as ReturnType<EarlyEndWatch['see']>;
    if (early) {
      const speed = pace && { pace: { ...pace, stepsPerSecond: spent.steps / spent.seconds } };
      return { status: 'stopped', ...early, ...speed, curve: thinCurve(curve) };
    }

    onEvent({ type: 'stage', stage: 'evaluating' });
    signal.throwIfAborted();
    watch.begin('probing causality');
    await average();
    const probe = { batch: target.evaluationBatch, context: target.context, vocab: target.vocab };
    const leak = await probeCausality(session, probe, seed);
    if (leak) throw new ProgramCrash(leak);
    watch.begin('evaluating');
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
    watch.begin('samples');
    const samples: string[] = [];
    const mostSeconds = Math.max(LIVE_SAMPLE_SECONDS, SAMPLE_SHARE * spent.seconds);
    for (let i = 1; i <= wanted; i++) {
      samples.push(await sample(-i, mostSeconds / wanted));
    }
    const [text] = samples;
    if (text !== undefined) onEvent({ type: 'sample', step: spent.steps, text });
    onEvent({
      type: 'progress',
      progress: progressOf(budget, spent),
      points: [],
      tokensPerSecond: spent.tokens / spent.seconds,
    });
    onEvent({ type: 'spent', parts: watch.parts });
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
        ...(pace && { pace }),
        graphHash: prepared.graphHash,
        graphNodes: prepared.graphNodes,
        draws: prepared.draws,
      },
    };
  } finally {
    session.close();
  }
}
