import { homedir } from 'node:os';
import { join } from 'node:path';
import { type FoundDevices, findDevices } from '../kernels/devices/choose';
import { createCpuDevice } from '../kernels/devices/cpu/device';
import { nodeGpu } from '../kernels/devices/webgpu/node';
import { fileCorpora } from '../model/tasks/stores/files';
import { UsageError } from './options';

/** Which kernels a GPU computes fastest, as measured: kept between commands. */
const choices = fileCorpora(
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'loopy-lab', 'kernels'),
);

/** The devices that must agree with a recorded run: the oracle in float64 before the others. */
export async function parityDevices(): Promise<FoundDevices> {
  const { devices, absent } = await findDevices(await nodeGpu());
  return { devices: [createCpuDevice({ precision: 'f64' }), ...devices], absent };
}

/** The devices that `--device` allows. Throws UsageError when it names one that is not here. */
export async function devicesNamed(name: string): Promise<FoundDevices> {
  const found = await findDevices(await nodeGpu(), choices);
  if (name === 'auto') return found;
  const devices = found.devices.filter(({ info }) => info.kind === name);
  if (devices.length > 0) return { devices, absent: found.absent };
  throw new UsageError(
    found.absent.find((reason) => reason.startsWith(name)) ??
      `there is no device ${name}: auto, ${found.devices.map(({ info }) => info.kind).join(', ')}`,
  );
}
