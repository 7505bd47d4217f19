import type { Device } from '../src/kernels/devices/device';
import type { Gpu } from '../src/kernels/devices/webgpu/adapter';
import { flopsOf } from '../src/kernels/graph/flops';
import { boundsOf } from '../src/kernels/plan/bounds';
import { persistentTensors, trainingGraph } from '../src/model/harness/assemble';
import { withState, writeAll } from '../src/model/harness/prepare';
import { loadSandbox } from '../src/model/sandbox/sandbox';
import type { Contender } from './contenders';
import { type BenchModel, batchesOf, initialWeights } from './models';

/** This lab on one of its devices, from the program's text on: traced, differentiated, planned, compiled. */
export async function prepareLab(device: Device, model: BenchModel): Promise<Contender> {
  const sandbox = await loadSandbox();
  const traced = await sandbox.trace(model.source, model.target);
  const train = trainingGraph(traced, traced.phases[0]!);
  const tensors = persistentTensors(traced);
  const session = await device.open({ tensors, graphs: { train } });
  const parameters = new Map(
    traced.parameters.map((spec) => [`params/${spec.name}`, initialWeights(spec)]),
  );
  writeAll(session, await withState(traced, parameters, 'f32'));

  const feeds = batchesOf(model).map(({ tokens, targets }) => ({ tokens, targets }));
  let step = 0;
  const plan = session.plans.train!;
  return {
    device: device.info.name,
    async run(steps) {
      const outputs = await session.run(
        'train',
        Array.from({ length: steps }, (_, i) => ({
          ...feeds[(step + i) % feeds.length]!,
          step: Float32Array.of(step + i),
          progress: Float32Array.of(0),
          seed: Int32Array.of(step + i),
        })),
      );
      step += steps;
      return outputs.map(({ loss }) => loss![0]!);
    },
    dispose() {
      session.close();
      device.close();
    },
    plan: {
      flops: flopsOf(train),
      plannedFlops: plan.flops,
      bytesMoved: plan.bytesMoved,
      heldBytes: session.peakBytes,
      ...boundsOf(train, tensors, plan),
    },
  };
}

/** The same on a GPU, which is called by its chip. */
export async function prepareOnGpu(
  gpu: Gpu,
  device: Device,
  model: BenchModel,
): Promise<Contender> {
  const trained = await prepareLab(device, model);
  return { ...trained, device: gpuName(gpu, model.target.precision === 'f16') };
}

/**
 * A GPU by the name of its chip: Dawn in Node describes the driver and has the chip beside it, a browser describes
 * the chip, or only its maker, and has a number beside it. For float16 it also says whether there is any: without,
 * products of rounded numbers are those of float32, and no faster.
 */
export function gpuName(
  { info, device: { adapterInfo, features } }: Pick<Gpu, 'info' | 'device'>,
  float16: boolean,
): string {
  const { device: chip } = adapterInfo;
  const on = chip && !/^0x/.test(chip) && !info.software ? ` on ${chip}` : '';
  return `${info.name}${on}${float16 && !features.has('shader-f16') ? ', without float16' : ''}`;
}
