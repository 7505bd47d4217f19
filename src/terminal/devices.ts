import { createCpuDevice } from '../kernels/devices/cpu/device';
import type { Device } from '../kernels/devices/device';
import { NoDeviceError } from '../kernels/devices/errors';
import { requestGpu } from '../kernels/devices/webgpu/adapter';
import { createWebGpuDevice } from '../kernels/devices/webgpu/device';
import { nodeGpu } from '../kernels/devices/webgpu/node';
import { UsageError } from './options';

export interface FoundDevices {
  readonly devices: readonly Device[];
  /** One sentence for each device that this machine does not have. */
  readonly absent: readonly string[];
}

/** Every device that a trial may use here; the cpu one is always there. */
export async function findDevices(): Promise<FoundDevices> {
  const cpu = createCpuDevice({ precision: 'f32' });
  try {
    return { devices: [createWebGpuDevice(await requestGpu(await nodeGpu())), cpu], absent: [] };
  } catch (error) {
    if (!(error instanceof NoDeviceError)) throw error;
    return { devices: [cpu], absent: [`webgpu: ${error.message}`] };
  }
}

/** The devices that must agree with a recorded run: the oracle in float64 before the others. */
export async function parityDevices(): Promise<FoundDevices> {
  const { devices, absent } = await findDevices();
  return { devices: [createCpuDevice({ precision: 'f64' }), ...devices], absent };
}

/** The devices that `--device` allows. Throws UsageError when it names one that is not here. */
export async function devicesNamed(name: string): Promise<FoundDevices> {
  const found = await findDevices();
  if (name === 'auto') return found;
  const devices = found.devices.filter(({ info }) => info.kind === name);
  if (devices.length > 0) return { devices, absent: found.absent };
  throw new UsageError(
    found.absent.find((reason) => reason.startsWith(name)) ??
      `there is no device ${name}: auto, ${found.devices.map(({ info }) => info.kind).join(', ')}`,
  );
}
