import { agreementOf } from '../../bench/agreement';
import { NODE_CONTENDERS, PAGE_CONTENDERS, TORCH_CONTENDERS } from '../../bench/contenders';
import type { Measured, ModelResult } from '../../bench/measure';
import { MODELS } from '../../bench/models';

const contenderOf = (id: string) =>
  [...PAGE_CONTENDERS, ...NODE_CONTENDERS, ...TORCH_CONTENDERS].find((each) => each.id === id)!;

/** A contender that takes so many milliseconds, and had these losses. */
export function measured(
  id: string,
  milliseconds: number,
  losses: readonly number[] = [4, 3, 2],
): Measured {
  const contender = contenderOf(id);
  return {
    contender,
    prepared: {
      device: 'a device',
      firstStepMilliseconds: 1500,
      firstLoss: losses[0]!,
      pipelines: 7,
    },
    losses,
    milliseconds: { median: milliseconds, min: 0.9 * milliseconds, max: 1.2 * milliseconds },
    cpuSeconds: {
      median: milliseconds / 500,
      min: milliseconds / 600,
      max: milliseconds / 400,
    },
    scriptMilliseconds: 0.25,
    counts: { launches: 80, submits: 0.1, bindGroups: 0, buffers: 0 },
    peakBytes: 50e6,
    ...(contender.lab
      ? { shareOfCeiling: 0.5, ceiling: { median: 100e9, min: 90e9, max: 120e9 } }
      : {}),
    stepsPerSample: 1,
  };
}

export function resultOf(...all: readonly Measured[]): ModelResult {
  return {
    model: MODELS[0]!,
    measured: all,
    absent: [{ contender: contenderOf('tfjs-wasm'), reason: 'no wasm <here> & now' }],
    agreement: agreementOf(all),
    flops: 5e9,
  };
}
