import { fastestDevice } from '../model/harness/fastest-device';
import type { Bench } from '../model/harness/run-trial';
import { loadSandbox } from '../model/sandbox/sandbox';
import type { TaskSpec } from '../model/tasks/task';
import { devicesNamed } from './devices';
import { loadTerminalTask } from './tasks';

/**
 * Loads the task, the sandbox and a device: where several are allowed, the fastest. What is not here is said on
 * standard error.
 */
export async function openBench(spec: TaskSpec, deviceName: string): Promise<Bench> {
  const { devices, absent } = await devicesNamed(deviceName);
  for (const reason of absent) console.error(`no ${reason}`);
  const task = await loadTerminalTask(spec);
  const sandbox = await loadSandbox();
  const device = await fastestDevice(devices);
  for (const other of devices) if (other !== device) other.close();
  if (devices.length > 1) console.error(`training on ${device.info.name}`);
  return { task, sandbox, device };
}
