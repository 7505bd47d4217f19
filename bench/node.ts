import type { Device, Workload } from '../src/kernels/devices/device';
import { createWasmDevice } from '../src/kernels/devices/wasm/device';
import { requestGpu } from '../src/kernels/devices/webgpu/adapter';
import { createWebGpuDevice } from '../src/kernels/devices/webgpu/device';
import { nodeGpu } from '../src/kernels/devices/webgpu/node';
import type { WebGpuSession } from '../src/kernels/devices/webgpu/session';
import { measure as measureWasm } from './ceiling-wasm';
import { createMeasure } from './ceiling-webgpu';
import type { Contender, ContenderInfo } from './contenders';
import { prepareLab, prepareOnGpu } from './lab';
import type { BenchModel } from './models';
import { measureTrials } from './overhead/trials';
import type { Counts, Place, Runner } from './runner';

/** This lab's devices in this very process: WebGPU through Dawn, on whatever GPU the machine has. */
export async function openNode(): Promise<Place> {
  const gpu = await nodeGpu();
  const measureGpu = createMeasure(gpu);
  return {
    description: `Node ${process.versions.node}`,
    runner: (contender, model) => createRunner(contender, model, gpu),
    ceiling: ({ backend, precision }, model) =>
      (backend === 'wasm' ? measureWasm : measureGpu)(model, precision === 'f16' ? 'f16' : 'f32'),
    overhead: (order) => measureTrials(order, gpu),
    close: async () => {},
  };
}

function createRunner(contender: ContenderInfo, model: BenchModel, gpu: GPU | undefined): Runner {
  let trained: Contender | undefined;
  let session: WebGpuSession | undefined;
  let pipelines: () => number = () => 0;
  const prepare = async (): Promise<Contender> => {
    if (contender.backend === 'wasm') return prepareLab(createWasmDevice(), model);
    const found = await requestGpu(gpu);
    const device = createWebGpuDevice(found);
    pipelines = () => device.pipelinesBuilt;
    const counted: Device = {
      info: device.info,
      close: () => device.close(),
      // The device's own session counts what it does.
      open: async (workload: Workload) => {
        session = await device.open(workload);
        return session;
      },
    };
    return prepareOnGpu(found, counted, model);
  };
  return {
    contender,
    async prepare() {
      const startedAt = performance.now();
      trained = await prepare();
      const [firstLoss] = await trained.run(1);
      return {
        device: trained.device,
        firstStepMilliseconds: performance.now() - startedAt,
        firstLoss: firstLoss!,
        ...(session ? { pipelines: pipelines() } : {}),
        ...(trained.plan ? { plan: trained.plan } : {}),
      };
    },
    async run(steps) {
      const before: Counts | undefined = session?.stats;
      const cpuBefore = process.cpuUsage();
      const startedAt = performance.now();
      const losses = await trained!.run(steps);
      const milliseconds = performance.now() - startedAt;
      const { user, system } = process.cpuUsage(cpuBefore);
      const after = session?.stats;
      return {
        losses,
        milliseconds,
        cpuSeconds: (user + system) / 1e6,
        peakBytes: trained!.plan!.heldBytes,
        ...(before && after ? { counts: differenceOf(after, before) } : {}),
      };
    },
    close: async () => trained?.dispose(),
  };
}

function differenceOf(after: Counts, before: Counts): Counts {
  return {
    launches: after.launches - before.launches,
    submits: after.submits - before.submits,
    bindGroups: after.bindGroups - before.bindGroups,
    buffers: after.buffers - before.buffers,
  };
}
