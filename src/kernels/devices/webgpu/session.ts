import { bytesOf } from '../../graph/types';
import type {
  DeviceInfo,
  Feeds,
  HostData,
  Outputs,
  PlanSummary,
  Session,
  Workload,
} from '../device';
import type { Allocator } from './allocator';
import type { Health } from './health';
import { fromGpu, toGpu } from './host';
import type { KeptTensor, Replay, SharedMemory } from './replay';
import { Timeline } from './timeline';

/** What a session has done, for benches and tests. */
export interface SessionStats {
  readonly launches: number;
  readonly submits: number;
  /** Buffers and bind groups made so far: after `open`, none. Copying a tensor out takes one buffer. */
  readonly buffers: number;
  readonly bindGroups: number;
}

/** An opened workload: what `openSession` has compiled and allocated. */
export interface OpenedWorkload {
  readonly device: GPUDevice;
  readonly info: DeviceInfo;
  readonly health: Health;
  readonly types: Workload['tensors'];
  readonly allocator: Allocator;
  readonly shared: SharedMemory;
  readonly replays: ReadonlyMap<string, Replay>;
  readonly planningSeconds: number;
}

/** A workload on the GPU, ready to run. */
export class WebGpuSession implements Session {
  readonly info: DeviceInfo;
  readonly plans: Readonly<Record<string, PlanSummary>>;
  readonly #opened: OpenedWorkload;
  readonly #timeline = new Timeline();
  #closed = false;
  #launches = 0;
  #submits = 0;
  #reads = 0;
  /** When the GPU was last seen to be done with a call, in milliseconds. */
  #lastEndedAt = 0;

  constructor(opened: OpenedWorkload) {
    this.#opened = opened;
    this.info = opened.info;
    this.plans = Object.fromEntries(
      [...opened.replays].map(([name, { summary }]) => [name, summary]),
    );
  }

  get planningSeconds(): number {
    return this.#opened.planningSeconds;
  }

  get peakBytes(): number {
    return this.#opened.allocator.bytes;
  }

  get stats(): SessionStats {
    return {
      launches: this.#launches,
      submits: this.#submits,
      buffers: this.#opened.allocator.count + this.#reads,
      bindGroups: [...this.#opened.replays.values()].reduce(
        (sum, replay) => sum + replay.bindGroups,
        0,
      ),
    };
  }

  write(name: string, data: HostData): void {
    this.#check();
    const { buffer, offset } = this.#tensor(name);
    let bytes = toGpu(name, this.#opened.types[name]!, data);
    this.#timeline
      .run(
        () => {
          this.#check();
          this.#opened.device.queue.writeBuffer(buffer, offset, bytes as Float32Array<ArrayBuffer>);
          return DONE;
        },
        () => {
          bytes = bytes.slice();
        },
      )
      .catch(() => {}); // every later call reports what is wrong with the device
  }

  async read(name: string): Promise<HostData> {
    this.#check();
    const { device, health } = this.#opened;
    const { buffer, offset } = this.#tensor(name);
    const type = this.#opened.types[name]!;
    const staging = device.createBuffer({
      label: `reading ${name}`,
      size: bytesOf(type),
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    this.#reads++;
    try {
      await this.#timeline.run(() => {
        this.#check();
        const encoder = device.createCommandEncoder();
        encoder.copyBufferToBuffer(buffer, offset, staging, 0, bytesOf(type));
        this.#submit(encoder);
        return this.#whileOpen(health.during(staging.mapAsync(GPUMapMode.READ)));
      });
      return fromGpu(type.dtype, staging.getMappedRange().slice(0), 0, bytesOf(type) / 4);
    } finally {
      staging.destroy();
    }
  }

  async run(graph: string, feeds: readonly Feeds[]): Promise<Outputs[]> {
    this.#check();
    const replay = this.#opened.replays.get(graph);
    if (!replay) throw new RangeError(`this session has no graph named ${graph}`);
    replay.feeds.check(feeds);
    const parts: Promise<Outputs[]>[] = [];
    const length = replay.pace.runs;
    for (let at = 0; at < feeds.length; at += length) {
      parts.push(this.#runPart(replay, feeds.slice(at, at + length)));
    }
    const results = await Promise.all(parts);
    return results.length === 1 ? results[0]! : results.flat();
  }

  close(): void {
    this.#closed = true;
    this.#timeline.advance();
    this.#opened.allocator.destroy();
  }

  /** Fills all memory between launches, and of outputs, with NaN: what a kernel forgets to write then shows. */
  poison(): void {
    this.#check();
    const outputs = [...this.#opened.replays.values()].flatMap((replay) => replay.outputs.buffers);
    for (const buffer of [...this.#opened.shared.slots, ...outputs]) {
      const nan = new Float32Array(buffer.size / 4).fill(Number.NaN);
      this.#opened.device.queue.writeBuffer(buffer, 0, nan);
    }
  }

  /** As many runs as fit into one submit, begun as soon as there is a buffer for their results. */
  #runPart(replay: Replay, runs: readonly Feeds[]): Promise<Outputs[]> {
    const { outputs } = replay;
    let packed = replay.feeds.pack(runs);
    return this.#timeline.run(
      () => {
        this.#check();
        const staging = outputs.take();
        if (!staging && !outputs.isEmpty) return null;
        return this.#whileOpen(this.#submitRuns(replay, packed, runs.length, staging)).finally(
          () => {
            if (staging) outputs.giveBack(staging);
            this.#timeline.advance();
          },
        );
      },
      () => {
        packed = packed.slice();
      },
    );
  }

  async #submitRuns(
    { feeds, outputs, encode, launches, pace }: Replay,
    packed: Uint8Array<ArrayBuffer>,
    runs: number,
    staging: GPUBuffer | undefined,
  ): Promise<Outputs[]> {
    const { device, health } = this.#opened;
    feeds.upload(device.queue, packed);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass, runs);
    pass.end();
    if (staging) outputs.encodeCopies(encoder, staging, runs);
    this.#submit(encoder);
    this.#launches += launches * runs;
    const startedAt = performance.now();
    const results = staging
      ? await health.during(outputs.read(staging, runs))
      : await health
          .during(device.queue.onSubmittedWorkDone())
          .then(() => Array.from({ length: runs }, () => ({})));
    // The GPU began with it when it was done with what came before.
    const endedAt = performance.now();
    pace.record((endedAt - Math.max(startedAt, this.#lastEndedAt)) / 1000, runs);
    this.#lastEndedAt = endedAt;
    return results;
  }

  /** Work that fails because the session was closed meanwhile says so. */
  async #whileOpen<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.#check();
      throw error;
    }
  }

  #submit(encoder: GPUCommandEncoder): void {
    this.#submits++;
    this.#opened.device.queue.submit([encoder.finish()]);
  }

  #tensor(name: string): KeptTensor {
    const tensor = this.#opened.shared.tensors.get(name);
    if (!tensor) throw new RangeError(`this session keeps no tensor named ${name}`);
    return tensor;
  }

  #check(): void {
    if (this.#closed) throw new Error('This session is closed.');
    this.#opened.health.check();
  }
}

const DONE = Promise.resolve();
