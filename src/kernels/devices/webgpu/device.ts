import type { Device, Workload } from '../device';
import { type Gpu, hasQuads } from './adapter';
import { type Halves, halvesOf } from './halves';
import { Health } from './health';
import type { Lowering } from './kernel';
import { LOWERINGS, TUNABLES } from './lowerings';
import { openSession } from './open';
import { Pipelines } from './pipelines';
import { planWorkload, stacked } from './plan';
import type { WebGpuSession } from './session';
import { neighboursInStep } from './subgroups';
import { gpuTimer } from './tuning/timer';
import { type ChoiceStore, Tuner } from './tuning/tuner';

export interface WebGpuOptions {
  /** Bytes that one session may hold. Default: 2 GiB where the adapter is the CPU, else 16 GiB. */
  readonly memoryLimit?: number;
  /** Storage buffers that one launch may bind, where that is to be fewer than the adapter allows. */
  readonly storageBuffers?: number;
  /** Plans as for an adapter in software, or as for a real one, whichever this one is. */
  readonly software?: boolean;
  /** Kernels that need threads in step are not used, though the adapter has them: for tests. */
  readonly withoutQuads?: boolean;
  /** Float16 is not used, or matrix units are not, though the adapter has them: for tests. */
  readonly without?: 'float16' | 'units';
  /** How ops become launches, where that is not as usual: for trying a kernel of one's own. */
  readonly lowerings?: ReadonlyMap<string, Lowering>;
  /**
   * Where it is kept which kernels were measured to be the fastest; without it, and on an adapter in software, whose
   * kernels have one way each, nothing is measured.
   */
  readonly choices?: ChoiceStore;
  /** Milliseconds that one `open` may measure kernels, about. Default: 300. */
  readonly tuningMilliseconds?: number;
}

const GIBIBYTE = 2 ** 30;
const NO_CHOICES = Promise.resolve<ReadonlyMap<string, string>>(new Map());

/** A device whose sessions are WebGpuSessions. */
export interface WebGpuDevice extends Device {
  open(workload: Workload): Promise<WebGpuSession>;
  /** Pipelines compiled so far. */
  readonly pipelinesBuilt: number;
}

/**
 * The GPU: graphs become launches over memory that is allocated once, and a call replays them, many runs
 * in one submit. Pipelines are kept for the device's whole life, so a program that differs from the last
 * one only in its numbers compiles nothing.
 */
export function createWebGpuDevice(gpu: Gpu, options: WebGpuOptions = {}): WebGpuDevice {
  const { device, info } = gpu;
  const health = new Health(gpu);
  const pipelines = new Pipelines(device);
  const memoryLimit = options.memoryLimit ?? (info.software ? 2 : 16) * GIBIBYTE;
  const lowerings = options.lowerings ?? LOWERINGS;
  const target = {
    storageBuffers: Math.min(
      options.storageBuffers ?? Number.POSITIVE_INFINITY,
      device.limits.maxStorageBuffersPerShaderStage,
    ),
    bindingBytes: device.limits.maxStorageBufferBindingSize,
    software: options.software ?? info.software,
    quads: hasQuads(device) && !options.withoutQuads,
  };
  const tuner =
    options.choices && !target.software
      ? new Tuner({
          adapter: gpu.adapter,
          store: options.choices,
          tunables: TUNABLES,
          setUp: gpuTimer(device),
          ...(options.tuningMilliseconds && { milliseconds: options.tuningMilliseconds }),
        })
      : null;
  let neighbours: Promise<number> | undefined;
  let halves: Promise<Halves> | undefined;
  /** What is to be known of products of rounded numbers, where a workload has some. */
  const halvesFor = async ({ graphs }: Workload, subgroup: number): Promise<Halves> => {
    const rounds = Object.values(graphs).some(({ nodes }) =>
      nodes.some((n) => n.op === 'roundF16'),
    );
    if (!rounds || target.software || options.without === 'float16') return { half: false };
    const matrices = options.without === 'units' ? [] : gpu.matrices;
    halves ??= halvesOf(
      { device, ...(matrices && { matrices }) },
      subgroup,
      LOWERINGS.get('matmul')!,
    );
    return halves;
  };
  return {
    info,
    get pipelinesBuilt() {
      return pipelines.built;
    },
    async open(workload) {
      health.check();
      neighbours ??= options.withoutQuads ? Promise.resolve(1) : neighboursInStep(device);
      const subgroup = await health.during(neighbours);
      const own = await health.during(halvesFor(workload, subgroup));
      // Measured is what will run: products of stacks are of other sizes than those of the graph.
      const chosen = tuner?.choose(stacked(workload, target), own);
      const choices = await health.during(chosen ?? NO_CHOICES);
      const startedAt = performance.now();
      const plan = planWorkload(workload, { ...target, subgroup, ...own, choices }, lowerings);
      const planning = (performance.now() - startedAt) / 1000;
      const host = { device, info, health, pipelines, memoryLimit };
      return openSession(host, workload, plan, planning);
    },
    close: () => device.destroy(),
  };
}
