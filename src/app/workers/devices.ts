import { findDevices } from '../../kernels/devices/choose';
import type { Device } from '../../kernels/devices/device';
import { NoDeviceError } from '../../kernels/devices/errors';
import { fastestDevice } from '../../model/harness/fastest-device';
import { indexedDbCorpora } from '../../model/tasks/stores/indexeddb';
import type { DeviceChoice } from './protocol';

/**
 * The device that trials run on: with `auto` the fastest here. Throws NoDeviceError when the choice is not to
 * be had.
 */
export async function pickDevice(choice: DeviceChoice): Promise<Device> {
  const { devices, absent } = await findDevices(undefined, indexedDbCorpora('loopy-kernels'));
  const picked =
    choice.kind === 'auto'
      ? await fastestDevice(devices)
      : devices.find(({ info }) =>
          choice.kind === 'named' ? info.name === choice.name : info.kind === choice.kind,
        );
  for (const device of devices) if (device !== picked) device.close();
  if (picked) return picked;
  const wanted = choice.kind === 'named' ? choice.name : choice.kind;
  const here = devices.map(({ info }) => info.name).join(', ');
  throw new NoDeviceError([`There is no ${wanted} here, only ${here}.`, ...absent].join(' '));
}
