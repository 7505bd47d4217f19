import type { Device } from '../../src/kernels/devices/device';
import { createWasmDevice } from '../../src/kernels/devices/wasm/device';
import { requestGpu } from '../../src/kernels/devices/webgpu/adapter';
import { createWebGpuDevice } from '../../src/kernels/devices/webgpu/device';
import { type Bench, runTrial } from '../../src/model/harness/run-trial';
import type { TrialParts } from '../../src/model/harness/stopwatch';
import type { ProgramSource } from '../../src/model/programs/program';
import { loadSandbox } from '../../src/model/sandbox/sandbox';
import { BUILTIN_TASK } from '../../src/model/tasks/catalogue';
import { loadTask } from '../../src/model/tasks/load';
import { memoryCorpora } from '../../src/model/tasks/stores/memory';

export interface OverheadOrder {
  readonly backend: 'webgpu' | 'wasm';
  /** The trials of a study, one after the other. */
  readonly programs: readonly ProgramSource[];
  /** Of training, in each trial. */
  readonly seconds: number;
}

export interface OverheadResult {
  readonly device: string;
  readonly trials: readonly MeasuredTrial[];
}

export interface MeasuredTrial {
  readonly parts: TrialParts;
  /** Pipelines that this trial built; null where a device has none. */
  readonly pipelines: number | null;
  readonly steps: number;
  readonly valBpb: number;
}

/** Trials on the built-in task as a page runs them, live samples included. Throws where one has no score. */
export async function measureTrials(
  { backend, programs, seconds }: OverheadOrder,
  gpu?: GPU,
): Promise<OverheadResult> {
  const { device, pipelinesBuilt } = await openDevice(backend, gpu);
  const spec = { ...BUILTIN_TASK, budget: { unit: 'seconds', amount: seconds } } as const;
  const task = await loadTask(spec, { store: memoryCorpora() });
  const bench: Bench = { task, device, sandbox: await loadSandbox() };
  const trials: MeasuredTrial[] = [];
  for (const program of programs) {
    const before = pipelinesBuilt();
    let parts: TrialParts | undefined;
    const result = await runTrial(
      bench,
      { id: 'overhead', program, seed: 1 },
      {
        // As often as the page wants one.
        sampleEvery: Math.min(2.5, Math.max(0.4, seconds / 8)),
        onEvent: (event) => {
          if (event.type === 'spent') parts = event.parts;
        },
      },
    );
    if (result.status !== 'finished' || !parts) {
      throw new Error(`a trial has no score: ${JSON.stringify(result)}`);
    }
    const after = pipelinesBuilt();
    const { steps, valBpb } = result.summary;
    const pipelines = before === null || after === null ? null : after - before;
    trials.push({ parts, pipelines, steps, valBpb });
  }
  device.close();
  return { device: device.info.name, trials };
}

async function openDevice(
  backend: OverheadOrder['backend'],
  gpu?: GPU,
): Promise<{ device: Device; pipelinesBuilt: () => number | null }> {
  if (backend === 'wasm') return { device: createWasmDevice(), pipelinesBuilt: () => null };
  const device = createWebGpuDevice(await requestGpu(gpu));
  return { device, pipelinesBuilt: () => device.pipelinesBuilt };
}
