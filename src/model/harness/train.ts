import type { Outputs, Session } from '../../kernels/devices/device';
import type { Budget, LoadedTask } from '../tasks/task';
import {
  afterSteps,
  NOTHING_SPENT,
  progressOf,
  type Spent,
  type StepCost,
  stepsUntil,
  type TrainingClock,
} from './budget';
import { FeedMaker } from './feeds';
import { LossWatch } from './loss-watch';
import { nextTask } from './next-task';
import { type PreparedProgram, trainGraphName } from './prepare';
import { type Chunk, lostShare } from './steadiness';
import type { LossPoint } from './trial';

export interface TrainOptions {
  readonly session: Session;
  readonly prepared: PreparedProgram;
  readonly task: LoadedTask;
  readonly seed: number;
  readonly budget: Budget;
  readonly clock: TrainingClock;
  readonly signal: AbortSignal;
  /** Called with the points of each chunk as it arrives; `enough` ends training before its budget is spent. */
  readonly onPoints: (points: readonly LossPoint[], progress: number) => 'enough' | undefined;
  /** Called between chunks with nothing in flight, the clock stopped, when `pauseWanted` says so. */
  readonly pauseWanted: () => boolean;
  readonly onPause: (step: number) => Promise<void>;
}

/** Seconds of work in one call of the device: long enough to hide its cost, short enough to stay live. */
const CHUNK_SECONDS = 0.06;
const MAX_CHUNK = 64;
/** Calls under way at once, so that the device never waits for JavaScript. */
const IN_FLIGHT = 2;
const WARM_UP_STEPS = 3;
const SLOW_STEP_SECONDS = 0.05;

/** What training used, and the share of its time that was lost to hold-ups. */
export interface Trained extends Spent {
  readonly lost: number;
}

/** Runs training steps until the budget is spent. */
export async function train(options: TrainOptions): Promise<Trained> {
  const { session, prepared, budget, clock, signal } = options;
  const { phases } = prepared.traced;
  const feeds = phases.map((_, phase) => new FeedMaker(options, phase));
  const stepSeconds = new Array<number>(phases.length);
  const watch = new LossWatch(Math.log(prepared.target.vocab), prepared.target.precision);
  const chunks: Chunk[] = [];
  const flying: { promise: Promise<Outputs[]>; steps: number; phase: number }[] = [];
  let submitted: Spent = NOTHING_SPENT;
  let arrived: Spent = NOTHING_SPENT;
  let example = 0;
  let enough = false;

  const land = async () => {
    const { promise, steps, phase } = flying[0]!;
    const outputs = await promise;
    flying.shift();
    const seconds = clock.seconds;
    const cost = { ...feeds[phase]!.cost, seconds: (seconds - arrived.seconds) / steps };
    chunks.push({ phase, steps, seconds: seconds - arrived.seconds });
    // The first chunk of a phase sets the pace; later ones adjust it.
    const known = stepSeconds[phase];
    stepSeconds[phase] = known === undefined ? cost.seconds : 0.7 * known + 0.3 * cost.seconds;
    const points = outputs.map((output, i): LossPoint => {
      const at = afterSteps(arrived, cost, i + 1);
      return { step: at.steps, tokens: at.tokens, seconds: at.seconds, loss: output.loss![0]! };
    });
    watch.see(points, outputs);
    arrived = { ...afterSteps(arrived, cost, steps), seconds };
    if (options.onPoints(points, progressOf(budget, arrived)) === 'enough') enough = true;
  };

  for (let phase = 0; phase < phases.length && !enough; phase++) {
    const { until } = phases[phase]!;
    const maker = feeds[phase]!;
    while (!enough) {
      signal.throwIfAborted();
      const pace = stepSeconds[phase];
      const cost: StepCost = { ...maker.cost, seconds: pace ?? CHUNK_SECONDS };
      const now: Spent = {
        ...submitted,
        seconds: arrived.seconds + flying.reduce((sum, { steps }) => sum + steps * cost.seconds, 0),
      };
      const left = stepsUntil(budget, until, now, cost);
      if (left === 0) {
        if (flying.length === 0) break;
        // By estimate the budget is spent; what is under way says whether it really is.
        await land();
        continue;
      }
      const wanted = pace === undefined ? 1 : Math.round(CHUNK_SECONDS / Math.max(pace, 1e-6));
      const steps = Math.max(1, Math.min(left, wanted, MAX_CHUNK));
      clock.start();
      const promise = session.run(trainGraphName(phase), maker.make(steps, now, cost, example));
      // A failure is handled where the promise is awaited, which may be some time from now.
      promise.catch(() => {});
      flying.push({ promise, steps, phase });
      submitted = afterSteps(now, cost, steps);
      example += steps * phases[phase]!.batch;
      if (flying.length >= IN_FLIGHT) await land();
      if (options.pauseWanted()) {
        while (flying.length > 0) await land();
        clock.stop();
        await options.onPause(arrived.steps);
      }
      await nextTask();
    }
  }
  while (flying.length > 0) await land();
  clock.stop();
  return { ...arrived, lost: lostShare(chunks) };
}

/** Steps that count for nothing: they compile, allocate and heat caches, and are then undone by the caller. */
export async function warmUp(
  options: Pick<TrainOptions, 'session' | 'prepared' | 'task' | 'seed' | 'budget'>,
): Promise<void> {
  for (const [phase] of options.prepared.traced.phases.entries()) {
    const maker = new FeedMaker(options, phase);
    const feeds = maker.make(WARM_UP_STEPS, NOTHING_SPENT, { ...maker.cost, seconds: 0 }, 0);
    const startedAt = performance.now();
    await options.session.run(trainGraphName(phase), feeds.slice(0, 1));
    // A slow step needs no more of them: what they heat is soon hot.
    if (performance.now() - startedAt > 1000 * SLOW_STEP_SECONDS) continue;
    await options.session.run(trainGraphName(phase), feeds.slice(1));
  }
}
