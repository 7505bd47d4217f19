import type { Region } from '../../plan/regions';
import type { PlanSummary } from '../device';
import type { Allocator } from './allocator';
import { aligned } from './allocator';
import { SubmitPace } from './pace';
import type { BuiltPipeline, Pipelines } from './pipelines';
import type { GpuPlan, PlannedLaunch } from './plan';
import { FeedRing, OutputRing, ringLength } from './rings';

interface BoundLaunch {
  readonly pipeline: GPUComputePipeline;
  /** One for each run of a submit, or one for all where the launch touches neither feeds nor outputs. */
  readonly groups: readonly GPUBindGroup[];
  readonly workgroups: readonly [number, number, number];
}

/** Where a tensor that persists lies: `offset` bytes into a buffer that others may lie in too. */
export interface KeptTensor {
  readonly buffer: GPUBuffer;
  readonly offset: number;
}

/** What the graphs of a session share: the tensors that persist, and the memory between launches. */
export interface SharedMemory {
  readonly tensors: ReadonlyMap<string, KeptTensor>;
  readonly slots: readonly GPUBuffer[];
}

/** Where a replay is made. */
export interface ReplayHost {
  readonly device: GPUDevice;
  readonly allocator: Allocator;
  readonly shared: SharedMemory;
  readonly software: boolean;
}

/** One planned graph with everything bound: encoding a run makes nothing new. */
export class Replay {
  readonly summary: PlanSummary;
  readonly feeds: FeedRing;
  readonly outputs: OutputRing;
  readonly pace: SubmitPace;
  readonly #launches: readonly BoundLaunch[];
  /** Bind groups made, for benches. */
  readonly bindGroups: number;

  constructor(
    { device, allocator, shared, software }: ReplayHost,
    name: string,
    plan: GpuPlan,
    pipelines: readonly BuiltPipeline[],
  ) {
    this.summary = plan.summary;
    const length = ringLength(plan);
    this.pace = new SubmitPace(plan.summary, length, software);
    this.feeds = new FeedRing(allocator, name, plan, length);
    this.outputs = new OutputRing(allocator, name, plan, length);
    const numbers = uploadNumbers(device, allocator, name, plan.launches);
    this.#launches = plan.launches.map((launch, i): BoundLaunch => {
      const { pipeline, layout } = pipelines[i]!;
      const regions = [...launch.reads, ...launch.writes];
      const runs = regions.some(({ place }) => place === 'feed' || place === 'output') ? length : 1;
      const groups = Array.from({ length: runs }, (_, run) => {
        const bindings = regions.map((region) => this.#binding(region, run, shared));
        const uniform = numbers[i];
        if (uniform) bindings.push(uniform);
        return device.createBindGroup({
          label: launch.label,
          layout,
          entries: bindings.map((resource, binding) => ({ binding, resource })),
        });
      });
      return { pipeline, groups, workgroups: launch.workgroups };
    });
    this.bindGroups = this.#launches.reduce((sum, { groups }) => sum + groups.length, 0);
  }

  get launches(): number {
    return this.#launches.length;
  }

  /** Encodes the first `runs` runs, one after the other. */
  encode = (pass: GPUComputePassEncoder, runs: number): void => {
    let current: GPUComputePipeline | undefined;
    for (let run = 0; run < runs; run++) {
      for (const { pipeline, groups, workgroups } of this.#launches) {
        if (pipeline !== current) {
          pass.setPipeline(pipeline);
          current = pipeline;
        }
        pass.setBindGroup(0, groups.length === 1 ? groups[0] : groups[run]);
        pass.dispatchWorkgroups(workgroups[0], workgroups[1], workgroups[2]);
      }
    }
  };

  #binding(region: Region, run: number, shared: SharedMemory): GPUBufferBinding {
    switch (region.place) {
      case 'feed':
        return this.feeds.region(region.name, run);
      case 'output':
        return this.outputs.region(region.name, run, region.bytes);
      case 'tensor':
        return { ...shared.tensors.get(region.name)!, size: region.bytes };
      case 'slot':
        return {
          buffer: shared.slots[region.slot]!,
          offset: region.offset,
          size: region.bytes,
        };
    }
  }
}

/** Starts compiling every launch of a plan; equal ones are compiled once. */
export function buildPipelines(pipelines: Pipelines, plan: GpuPlan): Promise<BuiltPipeline[]> {
  return Promise.all(
    plan.launches.map(({ wgsl, label, reads, writes, numbers }) => {
      const counts = { reads: reads.length, writes: writes.length, numbers: numbers.length > 0 };
      return pipelines.get(wgsl, counts, label);
    }),
  );
}

/** Puts the numbers of all launches into one buffer; where each launch finds its own. */
function uploadNumbers(
  device: GPUDevice,
  allocator: Allocator,
  name: string,
  launches: readonly PlannedLaunch[],
): (GPUBufferBinding | null)[] {
  let total = 0;
  const places = launches.map(({ numbers }) => {
    const size = Math.ceil(numbers.length / 4) * 16;
    const place = { offset: total, size };
    total += aligned(size);
    return place;
  });
  if (total === 0) return launches.map(() => null);
  const data = new Float32Array(total / 4);
  launches.forEach(({ numbers }, i) => {
    data.set(numbers, places[i]!.offset / 4);
  });
  const buffer = allocator.uniform(`numbers of ${name}`, total);
  device.queue.writeBuffer(buffer, 0, data);
  return places.map((place) => (place.size > 0 ? { buffer, ...place } : null));
}
