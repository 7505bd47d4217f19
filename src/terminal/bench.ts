import { fastestDevice } from '../model/harness/pace';
import { prepareProgram, traceTarget } from '../model/harness/prepare';
import type { Bench } from '../model/harness/run-trial';
import type { ProgramSource } from '../model/programs/program';
import { loadSandbox } from '../model/sandbox/sandbox';
import type { TaskSpec } from '../model/tasks/task';
import { devicesNamed } from './devices';
import { loadTerminalTask } from './tasks';

/**
 * Loads the task, the sandbox and a device. Where several devices are allowed, the one that trains
 * `program` fastest is taken; what is not here is said on standard error.
 */
export async function openBench(
  spec: TaskSpec,
  deviceName: string,
  program: ProgramSource,
): Promise<Bench> {
  const { devices, absent } = await devicesNamed(deviceName);
  for (const reason of absent) console.error(`no ${reason}`);
  const task = await loadTerminalTask(spec);
  const sandbox = await loadSandbox();
  const bench = { task, sandbox };
  if (devices.length === 1) return { ...bench, device: devices[0]! };
  try {
    const prepared = await prepareProgram(sandbox, program, traceTarget(task));
    const device = await fastestDevice(devices, prepared, task);
    for (const other of devices) if (other !== device) other.close();
    console.error(`training on ${device.info.name}`);
    return { ...bench, device };
  } catch {
    // A program that cannot be traced has no pace; its trial will say what is wrong with it.
    return { ...bench, device: devices[0]! };
  }
}
