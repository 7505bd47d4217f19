import type { NodeId } from '../../../graph/types';
import type { Binding } from '../../../plan/binding';
import type { Kernel } from '../kernel';
import { Pipelines } from '../pipelines';
import type { Timed } from './race';

/** Ways set up on the GPU, with memory of their own. */
export interface TimedWays {
  readonly ways: ReadonlyMap<string, Timed>;
  close(): void;
}

/** Makes kernels ready to be timed, on tensors of so many bytes; another one in tests. */
export type SetUp = (
  ways: ReadonlyMap<string, readonly Kernel[]>,
  bytesOf: (id: NodeId) => number,
) => Promise<TimedWays>;

interface Launch {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly workgroups: Kernel['workgroups'];
}

/**
 * Times kernels on a GPU: by its own clock where it has timestamps, else by how long a submit takes. What the
 * kernels read is zeros, whose products take as long as any.
 */
export function gpuTimer(device: GPUDevice): SetUp {
  return async (ways, bytesOf) => {
    const pipelines = new Pipelines(device);
    const built = await Promise.all(
      [...ways].map(async ([name, kernels]) => {
        const made = kernels.map((kernel) => {
          const { reads, writes, numbers, wgsl, label } = kernel;
          if (numbers.length > 0)
            throw new RangeError(`${label} has numbers, which no tuner knows`);
          const counts = { reads: reads.length, writes: writes.length, numbers: false };
          return pipelines.get(wgsl, counts, label);
        });
        return { name, kernels, made: await Promise.all(made) };
      }),
    );
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    const memory = new Scratch(device, bytesOf);
    const clock = device.features.has('timestamp-query') ? new GpuClock(device) : null;
    const timed = built.map(({ name, kernels, made }) => {
      const launches = kernels.map(({ reads, writes, workgroups }, n): Launch => {
        const { pipeline, layout } = made[n]!;
        const entries = [...reads, ...writes].map((bound, binding) => ({
          binding,
          resource: { buffer: memory.bufferOf(bound) },
        }));
        return { pipeline, group: device.createBindGroup({ layout, entries }), workgroups };
      });
      return [name, { seconds: (count: number) => time(device, clock, launches, count) }] as const;
    });
    const close = () => {
      memory.destroy();
      clock?.destroy();
    };
    const [invalid, full] = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
    const trouble = invalid ?? full;
    if (trouble) {
      close();
      throw new Error(trouble.message);
    }
    return { ways: new Map(timed), close };
  };
}

/** A buffer for each tensor and each temporary. */
class Scratch {
  readonly #buffers = new Map<string, GPUBuffer>();

  constructor(
    private readonly device: GPUDevice,
    private readonly bytesOf: (id: NodeId) => number,
  ) {}

  bufferOf(binding: Binding): GPUBuffer {
    if (typeof binding === 'object' && 'block' in binding) {
      throw new RangeError('a kernel binds several tensors as one, which only a plan can arrange');
    }
    const bytes = typeof binding === 'number' ? this.bytesOf(binding) : binding.bytes;
    const name = typeof binding === 'number' ? `node ${binding}` : binding.temporary;
    const key = `${name}, ${bytes} bytes`;
    let buffer = this.#buffers.get(key);
    if (!buffer) {
      const usage = GPUBufferUsage.STORAGE;
      buffer = this.device.createBuffer({ label: `tuning: ${key}`, size: bytes, usage });
      this.#buffers.set(key, buffer);
    }
    return buffer;
  }

  destroy(): void {
    for (const buffer of this.#buffers.values()) buffer.destroy();
  }
}

/** Two timestamps around a pass, and the way to read them. */
class GpuClock {
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;

  constructor(device: GPUDevice) {
    this.#queries = device.createQuerySet({ type: 'timestamp', count: 2 });
    this.#resolved = device.createBuffer({
      size: 16,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
    this.#staging = device.createBuffer({
      size: 16,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
  }

  get writes(): GPUComputePassTimestampWrites {
    return { querySet: this.#queries, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 };
  }

  encodeRead(encoder: GPUCommandEncoder): void {
    encoder.resolveQuerySet(this.#queries, 0, 2, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, 16);
  }

  /** Seconds between the two, which are in nanoseconds. */
  async seconds(): Promise<number> {
    await this.#staging.mapAsync(GPUMapMode.READ);
    const [begin, end] = new BigUint64Array(this.#staging.getMappedRange().slice(0));
    this.#staging.unmap();
    return Math.max(0, Number(end! - begin!)) / 1e9;
  }

  destroy(): void {
    this.#queries.destroy();
    this.#resolved.destroy();
    this.#staging.destroy();
  }
}

async function time(
  device: GPUDevice,
  clock: GpuClock | null,
  launches: readonly Launch[],
  repetitions: number,
): Promise<number> {
  const startedAt = performance.now();
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass(clock ? { timestampWrites: clock.writes } : {});
  for (let n = 0; n < repetitions; n++) {
    for (const { pipeline, group, workgroups } of launches) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...workgroups);
    }
  }
  pass.end();
  clock?.encodeRead(encoder);
  device.queue.submit([encoder.finish()]);
  if (clock) return clock.seconds();
  await device.queue.onSubmittedWorkDone();
  return (performance.now() - startedAt) / 1000;
}
