import { findDevices } from '../../kernels/devices/choose';
import type { Device } from '../../kernels/devices/device';
import { NoDeviceError } from '../../kernels/devices/errors';
import { indexedDbCorpora } from '../../model/tasks/stores/indexeddb';
import type { DeviceChoice } from './protocol';

/**
 * The device that trials run on: with `auto` the one that is likely to be the fastest here. It is not
 * measured against the others, since a visitor would wait for that. Throws NoDeviceError when the choice
 * is not to be had.
 */
export async function pickDevice(choice: DeviceChoice): Promise<Device> {
  const { devices, absent } = await findDevices(undefined, indexedDbCorpora('loopy-kernels'));
  const picked = devices.find(({ info }) => {
    if (choice.kind === 'auto') return true;
    return choice.kind === 'named' ? info.name === choice.name : info.kind === choice.kind;
  });
  for (const device of devices) if (device !== picked) device.close();
  if (picked) return picked;
  const wanted = choice.kind === 'named' ? choice.name : choice.kind;
  const here = devices.map(({ info }) => info.name).join(', ');
  throw new NoDeviceError([`There is no ${wanted} here, only ${here}.`, ...absent].join(' '));
}
