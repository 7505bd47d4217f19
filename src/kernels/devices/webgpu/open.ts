import { bytesOf } from '../../graph/types';
import type { DeviceInfo, Workload } from '../device';
import { OutOfMemoryError } from '../errors';
import { Allocator } from './allocator';
import type { Health } from './health';
import type { Pipelines } from './pipelines';
import type { GpuPlan } from './plan';
import { buildPipelines, Replay, type SharedMemory } from './replay';
import { WebGpuSession } from './session';

/** What all sessions of a device share. */
export interface SessionHost {
  readonly device: GPUDevice;
  readonly info: DeviceInfo;
  readonly health: Health;
  readonly pipelines: Pipelines;
  /** Bytes that one session may hold. */
  readonly memoryLimit: number;
}

/**
 * Compiles every launch of a planned workload, side by side, and allocates and binds everything. Rejects
 * with ShaderError, OutOfMemoryError or DeviceLostError.
 */
export async function openSession(
  { device, info, health, pipelines, memoryLimit }: SessionHost,
  workload: Workload,
  plans: ReadonlyMap<string, GpuPlan>,
): Promise<WebGpuSession> {
  const built = new Map(
    await health.during(
      Promise.all(
        [...plans].map(
          async ([name, plan]) => [name, await buildPipelines(pipelines, plan)] as const,
        ),
      ),
    ),
  );
  const allocator = new Allocator(device, memoryLimit);
  let failure: unknown;
  let session: WebGpuSession | undefined;
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  try {
    const shared = allocateShared(allocator, workload, [...plans.values()]);
    const replays = new Map(
      [...plans].map(([name, plan]) => [
        name,
        new Replay(
          { device, allocator, shared, software: info.software },
          name,
          plan,
          built.get(name)!,
        ),
      ]),
    );
    const types = workload.tensors;
    session = new WebGpuSession({ device, info, health, types, allocator, shared, replays });
  } catch (error) {
    failure = error;
  }
  const scopes = Promise.all([device.popErrorScope(), device.popErrorScope()]);
  const [invalid, full] = await health.during(scopes);
  if (full) failure ??= new OutOfMemoryError(`The GPU is out of memory: ${full.message}`);
  if (invalid) failure ??= new Error(`The GPU refused the plan: ${invalid.message}`);
  if (!failure && session) return session;
  allocator.destroy();
  throw failure;
}

/** Tensors that persist, and the slots that all graphs use in turn. */
function allocateShared(
  allocator: Allocator,
  { tensors }: Workload,
  plans: readonly GpuPlan[],
): SharedMemory {
  const slotBytes: number[] = [];
  for (const plan of plans) {
    plan.slotBytes.forEach((bytes, slot) => {
      slotBytes[slot] = Math.max(slotBytes[slot] ?? 0, bytes);
    });
  }
  return {
    tensors: new Map(
      Object.entries(tensors).map(([name, type]) => [name, allocator.storage(name, bytesOf(type))]),
    ),
    slots: slotBytes.map((bytes, slot) => allocator.storage(`slot ${slot}`, bytes)),
  };
}
