import type { Device } from '../../kernels/devices/device';
import type { LoadedTask } from '../tasks/task';
import { NOTHING_SPENT } from './budget';
import { FeedMaker } from './feeds';
import { initialTensors, type PreparedProgram, trainGraphName, writeAll } from './prepare';

/** A measurement goes on for about this long on each device. */
const SECONDS = 0.4;

/** Seconds of one training step of this program on this device, after warm-up. */
export async function stepSeconds(
  device: Device,
  prepared: PreparedProgram,
  task: LoadedTask,
): Promise<number> {
  const session = await device.open(prepared.workload);
  try {
    const budget = { unit: 'steps', amount: 1000 } as const;
    writeAll(session, await initialTensors(prepared.traced, 0, device.info.precision));
    const maker = new FeedMaker({ session, prepared, task, seed: 0, budget }, 0);
    const run = async (steps: number) => {
      const startedAt = performance.now();
      const feeds = maker.make(steps, NOTHING_SPENT, { ...maker.cost, seconds: 0 }, 0);
      await session.run(trainGraphName(0), feeds);
      return (performance.now() - startedAt) / 1000 / steps;
    };
    await run(1);
    const rough = await run(1);
    return await run(Math.max(1, Math.min(64, Math.round(SECONDS / Math.max(rough, 1e-6)))));
  } finally {
    session.close();
  }
}

/**
 * The device on which this program trains fastest. A hardware GPU is taken without asking; a software
 * one is a CPU in disguise, and is measured against the others.
 */
export async function fastestDevice(
  devices: readonly Device[],
  prepared: PreparedProgram,
  task: LoadedTask,
): Promise<Device> {
  const hardware = devices.find(({ info }) => info.kind === 'webgpu' && !info.software);
  if (hardware || devices.length === 1) return hardware ?? devices[0]!;
  const paces: { device: Device; seconds: number }[] = [];
  for (const device of devices) {
    try {
      paces.push({ device, seconds: await stepSeconds(device, prepared, task) });
    } catch {
      // A device that cannot run the program at all is no candidate; if none can, the trial says why.
    }
  }
  paces.sort((a, b) => a.seconds - b.seconds);
  return paces[0]?.device ?? devices[0]!;
}
