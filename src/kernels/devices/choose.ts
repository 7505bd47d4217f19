import { createCpuDevice } from './cpu/device';
import type { Device } from './device';
import { NoDeviceError } from './errors';
import { createWasmDevice } from './wasm/device';
import { requestGpu } from './webgpu/adapter';
import { createWebGpuDevice } from './webgpu/device';
import type { ChoiceStore } from './webgpu/tuning/tuner';

export interface FoundDevices {
  /** The one that is likely to be fastest first; the cpu, which is always there, last. */
  readonly devices: readonly Device[];
  /** One sentence for each device that this machine does not have. */
  readonly absent: readonly string[];
}

/**
 * Every device that a trial may use here. `gpu` is the WebGPU to ask: the browser's own where none is
 * given; a terminal brings one along (webgpu/node.ts). A GPU in software is the CPU in disguise, and
 * computes a tenth of what the same CPU does through WebAssembly: it comes after that. `choices` keeps what
 * was measured of a GPU's kernels; without it, nothing is measured.
 */
export async function findDevices(gpu?: GPU, choices?: ChoiceStore): Promise<FoundDevices> {
  const absent: string[] = [];
  /** Nothing, and a sentence that says why, where there is no such device. */
  const found = async (kind: string, create: () => Promise<Device>): Promise<Device[]> => {
    try {
      return [await create()];
    } catch (error) {
      if (!(error instanceof NoDeviceError)) throw error;
      absent.push(`${kind}: ${error.message} Training runs on the CPU.`);
      return [];
    }
  };
  const gpus = await found('webgpu', async () =>
    createWebGpuDevice(await requestGpu(gpu), choices ? { choices } : {}),
  );
  const wasm = await found('wasm', async () => createWasmDevice());
  const fast = gpus[0]?.info.software ? [...wasm, ...gpus] : [...gpus, ...wasm];
  return { devices: [...fast, createCpuDevice({ precision: 'f32' })], absent };
}
