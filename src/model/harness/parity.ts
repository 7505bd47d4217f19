import type { Device, HostData } from '../../kernels/devices/device';
import { sizeOf } from '../../kernels/graph/types';
import type { ProgramSource } from '../programs/program';
import type { Sandbox } from '../sandbox/sandbox';
import { persistentTensors, trainingGraph } from './assemble';
import { withState, writeAll } from './prepare';

/** A recorded run of MicroGPT: where it began, what it was fed, what came out. */
export interface ParityReference {
  readonly init: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly names: readonly string[];
  /** Mean nats at each step, before that step's update. */
  readonly losses: readonly number[];
  readonly step0Gradients: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** The step at which the learning rate would reach zero. */
  readonly totalSteps: number;
}

/** The largest differences from the reference, in the units of what is compared. */
export interface ParityReport {
  readonly device: string;
  readonly loss: number;
  readonly steps: number;
  readonly gradients: Readonly<Record<string, number>>;
  readonly tolerance: number;
  readonly passed: boolean;
}

/** What each precision has to hold: the recording is float64 too, float32 rounds 100 steps long. */
export const PARITY_TOLERANCE = { f64: 1e-6, f32: 1e-4 } as const;

/** Reads the JSON of a recorded run. Throws with the field that is missing or of the wrong kind. */
export function parseParityReference(json: unknown): ParityReference {
  const file = json as {
    description?: string;
    init?: ParityReference['init'];
    names?: string[];
    losses?: number[];
    step0_gradients?: ParityReference['step0Gradients'];
  } | null;
  const { init, names, losses, step0_gradients: step0Gradients } = file ?? {};
  if (!init || !step0Gradients || !Array.isArray(names) || !Array.isArray(losses)) {
    throw new Error(
      'a parity reference needs init, names, losses and step0_gradients: see the README for its form',
    );
  }
  if (losses.length === 0 || names.length < losses.length) {
    throw new Error(
      `there are ${losses.length} losses but ${names.length} names to reach them with`,
    );
  }
  const stated = /1\s*-\s*step\s*\/\s*(\d+)/.exec(file?.description ?? '')?.[1];
  const totalSteps = stated ? Number(stated) : names.length;
  return { init, names, losses, step0Gradients, totalSteps };
}

/** Runs the recorded steps on a device and compares every loss and every gradient of step 0. */
export async function checkParity(
  device: Device,
  sandbox: Sandbox,
  program: ProgramSource,
  reference: ParityReference,
): Promise<ParityReport> {
  const vocab = reference.init.wte!.length;
  const context = reference.init.wpe!.length;
  const { precision } = device.info;
  const traced = await sandbox.trace(program, { vocab, context, evaluationBatch: 1, batch: 1 });
  const phase = traced.phases[0]!;
  const session = await device.open({
    tensors: persistentTensors(traced),
    graphs: {
      gradients: trainingGraph(traced, phase, { gradients: true }),
      train: trainingGraph(traced, phase),
    },
  });
  try {
    const parameters = new Map<string, HostData>();
    for (const { name, shape } of traced.parameters) {
      const flat = reference.init[name]?.flat();
      if (flat?.length !== sizeOf(shape)) {
        throw new Error(`the reference has no ${name} of shape [${shape.join(', ')}]`);
      }
      parameters.set(`params/${name}`, toArray(flat, precision));
    }
    writeAll(session, await withState(traced, parameters, precision));

    const feeds = reference.losses.map((_, step) => ({
      ...document(reference.names[step]!, context, vocab - 1),
      step: toArray([step], precision),
      progress: toArray([step / reference.totalSteps], precision),
      seed: Int32Array.of(0),
    }));
    const [first] = await session.run('gradients', feeds.slice(0, 1));
    const rest = await session.run('train', feeds.slice(1));
    const losses = [first!, ...rest].map((outputs) => outputs.loss![0]!);
    const gradients: Record<string, number> = {};
    for (const { name } of traced.parameters) {
      const expected = reference.step0Gradients[name];
      if (!expected) throw new Error(`the reference has no gradient of ${name}`);
      gradients[name] = largestDifference(first![`grads/${name}`]!, expected.flat());
    }
    const loss = largestDifference(losses, reference.losses);
    const tolerance = PARITY_TOLERANCE[precision];
    // Written so that a NaN fails.
    const passed = [loss, ...Object.values(gradients)].every((error) => error < tolerance);
    return {
      device: `${device.info.name} ${precision}`,
      loss,
      steps: losses.length,
      gradients,
      tolerance,
      passed,
    };
  } finally {
    session.close();
  }
}

/** One name between two separators, a = 0 .. z = 25, padded to the context; the padding predicts nothing. */
function document(name: string, context: number, separator: number) {
  const letters = Array.from(name, (letter) => letter.charCodeAt(0) - 97);
  const all = [separator, ...letters, separator];
  const length = Math.min(context, all.length - 1);
  const tokens = new Int32Array(context);
  const targets = new Int32Array(context).fill(-1);
  tokens.set(all.slice(0, length));
  targets.set(all.slice(1, length + 1));
  return { tokens, targets };
}

function toArray(values: readonly number[], precision: 'f32' | 'f64') {
  return precision === 'f64' ? Float64Array.from(values) : Float32Array.from(values);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  let most = 0;
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= most)) most = difference;
  }
  return most;
}
