import { createCpuDevice } from '../../../src/kernels/devices/cpu/device';
import type { Device } from '../../../src/kernels/devices/device';
import type { Bench } from '../../../src/model/harness/run-trial';
import { loadSandbox } from '../../../src/model/sandbox/sandbox';
import { BUILTIN_TASK } from '../../../src/model/tasks/catalogue';
import { loadTask } from '../../../src/model/tasks/load';
import { memoryCorpora } from '../../../src/model/tasks/stores/memory';
import type { TaskSpec } from '../../../src/model/tasks/task';

/** The built-in task, small enough that a trial takes a moment. */
export const SMALL_TASK: TaskSpec = {
  ...BUILTIN_TASK,
  corpus: { kind: 'builtin', bytes: 40_000, seed: 1 },
  context: 16,
  budget: { unit: 'steps', amount: 30 },
  evaluationWindows: 16,
};

export const loadSmallTask = () => loadTask(SMALL_TASK, { store: memoryCorpora() });

export async function smallBench(
  spec: TaskSpec = SMALL_TASK,
  device: Device = createCpuDevice({ precision: 'f32' }),
): Promise<Bench> {
  const task = await loadTask(spec, { store: memoryCorpora() });
  return { task, device, sandbox: await loadSandbox() };
}
