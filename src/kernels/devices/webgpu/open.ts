import { BYTES_PER_ELEMENT, bytesOf, sizeOf } from '../../graph/types';
import { blockLayout } from '../../plan/binding';
import type { DeviceInfo, Workload } from '../device';
import { OutOfMemoryError } from '../errors';
import { Allocator } from './allocator';
import type { Health } from './health';
import type { Pipelines } from './pipelines';
import type { WorkloadPlan } from './plan';
import { buildPipelines, type KeptTensor, Replay, type SharedMemory } from './replay';
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
  plan: WorkloadPlan,
  planningSeconds: number,
): Promise<WebGpuSession> {
  const plans = plan.graphs;
  const built = new Map(
    await health.during(
      Promise.all(
        [...plans].map(
          async ([name, graph]) => [name, await buildPipelines(pipelines, graph)] as const,
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
    const shared = allocateShared(allocator, workload, plan);
    const replays = new Map(
      [...plans].map(([name, graph]) => [
        name,
        new Replay(
          { device, allocator, shared, software: info.software },
          name,
          graph,
          built.get(name)!,
        ),
      ]),
    );
    const types = workload.tensors;
    session = new WebGpuSession({
      device,
      info,
      health,
      types,
      allocator,
      shared,
      replays,
      planningSeconds,
    });
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
  { graphs, blocks }: WorkloadPlan,
): SharedMemory {
  const slotBytes: number[] = [];
  for (const plan of graphs.values()) {
    plan.slotBytes.forEach((bytes, slot) => {
      slotBytes[slot] = Math.max(slotBytes[slot] ?? 0, bytes);
    });
  }
  const kept = new Map<string, KeptTensor>();
  for (const names of blocks) {
    const { offsets, total } = blockLayout(names.map((name) => sizeOf(tensors[name]!.shape)));
    const label = `${names[0]} and ${names.length - 1} more`;
    const buffer = allocator.storage(label, total * BYTES_PER_ELEMENT);
    names.forEach((name, i) => {
      kept.set(name, { buffer, offset: offsets[i]! * BYTES_PER_ELEMENT });
    });
  }
  for (const [name, type] of Object.entries(tensors)) {
    if (kept.has(name)) continue;
    kept.set(name, { buffer: allocator.storage(name, bytesOf(type)), offset: 0 });
  }
  return {
    tensors: kept,
    slots: slotBytes.map((bytes, slot) => allocator.storage(`slot ${slot}`, bytes)),
  };
}
