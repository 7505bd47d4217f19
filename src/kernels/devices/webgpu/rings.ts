import { bytesOf, sizeOf, type TensorType } from '../../graph/types';
import type { Feeds, Outputs } from '../device';
import { type Allocator, aligned } from './allocator';
import { fromGpu, toGpu } from './host';
import type { GpuPlan } from './plan';

/** Most runs in one submit, and most bytes that their feeds and outputs may take. */
const MAX_RUNS = 64;
const RING_BYTES = 2 ** 20;
/** Calls whose results may be on their way back at the same time. */
const STAGINGS = 3;

/** Runs whose feeds and outputs have memory at the same time. */
export function ringLength({ feeds, outputs }: Pick<GpuPlan, 'feeds' | 'outputs'>): number {
  const bytes = [...feeds.values(), ...outputs.values()].reduce(
    (sum, type) => sum + aligned(bytesOf(type)),
    0,
  );
  return Math.max(1, Math.min(MAX_RUNS, Math.floor(RING_BYTES / Math.max(1, bytes))));
}

/** What goes in: one buffer with the feeds of each run of a submit, one run after the other. */
export class FeedRing {
  readonly #buffer: GPUBuffer | null;
  /** Bytes from one run's feeds to the next one's. */
  readonly #stride: number;
  readonly #feeds: readonly (TensorType & { readonly name: string; readonly offset: number })[];
  readonly #host: Uint8Array<ArrayBuffer>;

  constructor(allocator: Allocator, graph: string, plan: GpuPlan, runs: number) {
    let offset = 0;
    this.#feeds = [...plan.feeds].map(([name, { shape, dtype }]) => {
      const feed = { name, shape, dtype, offset };
      offset += aligned(bytesOf(feed));
      return feed;
    });
    this.#stride = offset;
    this.#buffer = offset > 0 ? allocator.storage(`feeds of ${graph}`, offset * runs) : null;
    this.#host = new Uint8Array(offset * runs);
  }

  /** Where the feed of that name lies in a run. */
  region(name: string, run: number): GPUBufferBinding {
    const feed = this.#feeds.find((f) => f.name === name)!;
    return {
      buffer: this.#buffer!,
      offset: run * this.#stride + feed.offset,
      size: bytesOf(feed),
    };
  }

  /** Throws RangeError where a feed is missing or of another length. */
  check(runs: readonly Feeds[]): void {
    for (const feeds of runs) {
      for (const { name, shape, dtype } of this.#feeds) {
        const given = feeds[name];
        if (!given)
          throw new RangeError(`this run was fed no ${name}, of shape [${shape.join(', ')}]`);
        if (given.length !== sizeOf(shape)) toGpu(name, { shape, dtype }, given);
      }
    }
  }

  /** The feeds of some runs as the bytes that `upload` takes: valid until the next call. */
  pack(runs: readonly Feeds[]): Uint8Array<ArrayBuffer> {
    runs.forEach((feeds, run) => {
      for (const feed of this.#feeds) {
        const data = toGpu(feed.name, feed, feeds[feed.name]!);
        const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        this.#host.set(bytes, run * this.#stride + feed.offset);
      }
    });
    return this.#host.subarray(0, runs.length * this.#stride);
  }

  upload(queue: GPUQueue, packed: Uint8Array<ArrayBuffer>): void {
    if (this.#buffer && packed.length > 0) queue.writeBuffer(this.#buffer, 0, packed);
  }
}

/**
 * What comes out: for each output a buffer with room for every run of a submit, and buffers from which
 * the host reads, so that one call's results can be read while the next one computes.
 */
export class OutputRing {
  readonly #rings = new Map<string, { buffer: GPUBuffer; stride: number; offset: number }>();
  readonly #outputs: readonly (readonly [string, TensorType, region: string])[];
  readonly #stagings: GPUBuffer[] = [];
  readonly #free: GPUBuffer[];

  constructor(allocator: Allocator, graph: string, plan: GpuPlan, runs: number) {
    this.#outputs = [...plan.outputs].map(([name, type]) => [name, type, type.region]);
    let offset = 0;
    for (const [name, type, region] of this.#outputs) {
      if (name !== region) continue;
      const stride = aligned(bytesOf(type));
      const buffer = allocator.storage(`output ${name} of ${graph}`, stride * runs);
      this.#rings.set(name, { buffer, stride, offset });
      offset += stride * runs;
    }
    for (let i = 0; i < STAGINGS && offset > 0; i++) {
      this.#stagings.push(allocator.staging(`results of ${graph}`, offset));
    }
    this.#free = [...this.#stagings];
  }

  get isEmpty(): boolean {
    return this.#rings.size === 0;
  }

  get buffers(): GPUBuffer[] {
    return [...this.#rings.values()].map(({ buffer }) => buffer);
  }

  region(name: string, run: number, size: number): GPUBufferBinding {
    const { buffer, stride } = this.#rings.get(name)!;
    return { buffer, offset: run * stride, size };
  }

  /** A buffer to read results from, or undefined while all are in use. */
  take(): GPUBuffer | undefined {
    return this.#free.pop();
  }

  giveBack(staging: GPUBuffer): void {
    this.#free.push(staging);
  }

  /** Copies the outputs of the first `runs` runs to where the host can read them. */
  encodeCopies(encoder: GPUCommandEncoder, staging: GPUBuffer, runs: number): void {
    for (const { buffer, stride, offset } of this.#rings.values()) {
      encoder.copyBufferToBuffer(buffer, 0, staging, offset, stride * runs);
    }
  }

  /** Reads what `encodeCopies` copied, once the GPU is there. */
  async read(staging: GPUBuffer, runs: number): Promise<Outputs[]> {
    await staging.mapAsync(GPUMapMode.READ);
    const mapped = staging.getMappedRange();
    const results = Array.from({ length: runs }, (): Record<string, Outputs[string]> => ({}));
    // Each output is copied out once for all runs; the runs then share its memory.
    const copies = new Map<string, ArrayBuffer>();
    for (const [name, type, region] of this.#outputs) {
      const { stride, offset } = this.#rings.get(region)!;
      const bytes = copies.get(region) ?? mapped.slice(offset, offset + stride * runs);
      copies.set(region, bytes);
      results.forEach((result, run) => {
        result[name] = fromGpu(type.dtype, bytes, run * stride, sizeOf(type.shape));
      });
    }
    staging.unmap();
    return results;
  }
}
