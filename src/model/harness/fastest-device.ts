import type { Device } from '../../kernels/devices/device';
import { referenceMilliseconds } from './reference';

/**
 * The device on which programs train fastest here. A GPU in hardware is taken without asking. One in software is the
 * CPU in disguise, and is measured against WebAssembly on the reference workload: a fraction of a second,
 * where opening a whole program on it would take several to compile. The interpreter only trains where nothing else does.
 * @param devices as `findDevices` gives them: one at least, the likely one first.
 */
export async function fastestDevice(devices: readonly Device[]): Promise<Device> {
  const likely = devices[0]!;
  const rivals = devices.filter(({ info }) => info.kind !== 'cpu');
  if (rivals.some(({ info }) => info.kind === 'webgpu' && !info.software) || rivals.length < 2) {
    return likely;
  }
  const paces: { device: Device; milliseconds: number }[] = [];
  for (const device of rivals) {
    try {
      paces.push({ device, milliseconds: await referenceMilliseconds(device, { most: 1 }) });
    } catch {
      // A device that cannot run so little is no candidate; if none can, the trial says why.
    }
  }
  paces.sort((a, b) => a.milliseconds - b.milliseconds);
  return paces[0]?.device ?? likely;
}
