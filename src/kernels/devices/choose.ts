import { createCpuDevice } from './cpu/device';
import type { Device } from './device';
import { NoDeviceError } from './errors';
import { requestGpu } from './webgpu/adapter';
import { createWebGpuDevice } from './webgpu/device';

export interface FoundDevices {
  /** A GPU first, and the cpu, which is always there, last. */
  readonly devices: readonly Device[];
  /** One sentence for each device that this machine does not have. */
  readonly absent: readonly string[];
}

/**
 * Every device that a trial may use here. `gpu` is the WebGPU to ask: the browser's own where none is
 * given; a terminal brings one along (webgpu/node.ts). A GPU in software (`info.software`) is a CPU in
 * disguise, so whoever wants the fastest device measures it against the others.
 */
export async function findDevices(gpu?: GPU): Promise<FoundDevices> {
  const cpu = createCpuDevice({ precision: 'f32' });
  try {
    return { devices: [createWebGpuDevice(await requestGpu(gpu)), cpu], absent: [] };
  } catch (error) {
    if (!(error instanceof NoDeviceError)) throw error;
    return { devices: [cpu], absent: [`webgpu: ${error.message} Training runs on the CPU.`] };
  }
}
