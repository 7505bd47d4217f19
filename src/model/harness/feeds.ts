import type { Feeds } from '../../kernels/devices/device';
import { threefry2x32 } from '../../kernels/random/threefry';
import { batchAt, newBatch } from '../tasks/batches';
import { afterSteps, progressOf, type Spent, type StepCost } from './budget';
import { trainGraphName } from './prepare';
import type { TrainOptions } from './train';

/** Makes the fed inputs of one phase's steps, in arrays that are filled again and again. */
export class FeedMaker {
  readonly cost: Omit<StepCost, 'seconds'>;
  readonly #slots: ReturnType<typeof emptySlot>[] = [];

  constructor(
    private readonly options: Pick<
      TrainOptions,
      'session' | 'prepared' | 'task' | 'seed' | 'budget'
    >,
    private readonly phase: number,
  ) {
    const { batch, context } = options.prepared.traced.phases[phase]!;
    this.cost = {
      tokens: batch * context,
      flops: options.session.plans[trainGraphName(phase)]!.flops,
    };
  }

  /** Feeds of `steps` steps from `spent` on, the first of them reading training example `example`. */
  make(steps: number, spent: Spent, cost: StepCost, example: number): Feeds[] {
    const { task, seed, budget, prepared } = this.options;
    const { batch, context } = prepared.traced.phases[this.phase]!;
    return Array.from({ length: steps }, (_, i) => {
      this.#slots[i] ??= emptySlot(batch, context);
      const slot = this.#slots[i];
      const step = spent.steps + i;
      batchAt(task, seed, example + i * batch, slot.batch);
      slot.feeds.seed[0] = threefry2x32(seed, STEP_STREAM, step, 0)[0] | 0;
      slot.feeds.step[0] = step;
      slot.feeds.progress[0] = progressOf(budget, afterSteps(spent, cost, i));
      return slot.feeds;
    });
  }
}

/** The memory of one step's feeds: the batch and the scalars, and all of them by input name. */
function emptySlot(size: number, context: number) {
  const batch = newBatch(size, context);
  const feeds = {
    tokens: batch.tokens,
    targets: batch.targets,
    seed: new Int32Array(1),
    step: new Float32Array(1),
    progress: new Float32Array(1),
  };
  return { batch, feeds };
}

const STEP_STREAM = 0x73746570;
