import { sizeOf, type TensorType } from '../../graph/types';
import type {
  DeviceInfo,
  Feeds,
  HostData,
  Outputs,
  PlanSummary,
  Session,
  Workload,
} from '../device';
import { OutOfMemoryError } from '../errors';
import { ThreadChoice } from './choice';
import { type PlacedTensor, planWorkload, type WasmPlan } from './plan';
import { instantiate } from './thread';
import { startThreads, type Threads } from './threads';

const PAGE = 65_536;

type Step = (part: number, parts: number) => void;

export interface SessionParts {
  readonly info: DeviceInfo;
  readonly kernels: WebAssembly.Module;
  readonly threads: number;
  /** See WasmOptions. */
  readonly splitFrom: number;
}

interface GraphRun {
  readonly step: Step;
  readonly number: number;
  /** When all threads run it; null: never. */
  readonly choice: ThreadChoice | null;
}

/** A workload planned for WebAssembly. A run happens within the call: its promise is already settled. */
export class WasmSession implements Session {
  readonly info: DeviceInfo;
  readonly plans: Readonly<Record<string, PlanSummary>>;
  readonly planningSeconds: number;
  readonly #plan: WasmPlan;
  readonly #memory: WebAssembly.Memory;
  readonly #runs: ReadonlyMap<string, GraphRun>;
  readonly #threads: Threads | null;
  #closed = false;

  private constructor(
    { info, splitFrom }: SessionParts,
    plan: WasmPlan,
    memory: WebAssembly.Memory,
    exports: WebAssembly.Exports,
    threads: Threads | null,
    planningSeconds: number,
  ) {
    this.info = info;
    this.planningSeconds = planningSeconds;
    this.#plan = plan;
    this.#memory = memory;
    this.#threads = threads;
    this.#runs = new Map(
      [...plan.graphs].map(([name, { entry, summary }], number) => {
        const shared = threads !== null && microseconds(summary) >= splitFrom * summary.launches;
        const choice = shared ? new ThreadChoice() : null;
        return [name, { step: exports[entry] as Step, number, choice }];
      }),
    );
    this.plans = Object.fromEntries([...plan.graphs].map(([name, { summary }]) => [name, summary]));
  }

  /** Plans, allocates, compiles, and starts the threads beside this one. */
  static async open(parts: SessionParts, workload: Workload): Promise<WasmSession> {
    const { kernels } = parts;
    const shared = parts.threads > 1;
    const sizes = await WebAssembly.instantiate(kernels, { env: { memory: allocate(1, shared) } });
    const sizeOfScratch = (entry: string, ...args: readonly number[]) =>
      (sizes.exports[entry] as (...args: readonly number[]) => number)(...args);
    const startedAt = performance.now();
    const plan = planWorkload(workload, { sizeOf: sizeOfScratch, shared, threads: parts.threads });
    const planningSeconds = (performance.now() - startedAt) / 1000;
    const { bytes, contents } = plan.layout;
    const memory = allocate(bytes, shared);
    for (const [address, data] of contents) new Uint8Array(memory.buffer).set(data, address);

    const graphs = await WebAssembly.compile(plan.module);
    const exports = await instantiate(kernels, graphs, memory);
    const entries = [...plan.graphs.values()].map(({ entry }) => entry);
    const work = { kernels, graphs, memory, entries, parts: parts.threads };
    const threads = shared ? await startThreads(work) : null;
    const session = new WasmSession(parts, plan, memory, exports, threads, planningSeconds);
    session.poison();
    return session;
  }

  get peakBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  write(name: string, data: HostData): void {
    this.#fill(name, this.#tensor(name), data);
  }

  async read(name: string): Promise<HostData> {
    return this.#view(this.#tensor(name)).slice();
  }

  async run(graph: string, feeds: readonly Feeds[]): Promise<Outputs[]> {
    this.#check();
    const planned = this.#plan.graphs.get(graph);
    const running = this.#runs.get(graph);
    if (!planned || !running) throw new RangeError(`this session has no graph named ${graph}`);
    return feeds.map((own) => {
      for (const [name, tensor] of planned.feeds) {
        const data = own[name];
        if (!data) {
          throw new RangeError(
            `this run was fed no ${name}, of shape [${tensor.shape.join(', ')}]`,
          );
        }
        this.#fill(name, tensor, data);
      }
      this.#step(running);
      return Object.fromEntries(
        [...planned.outputs].map(([name, tensor]) => [name, this.#view(tensor).slice()]),
      );
    });
  }

  close(): void {
    if (!this.#closed) this.#threads?.close();
    this.#closed = true;
  }

  /** Fills all memory between launches, and of outputs, with NaN: what a kernel forgets to write then shows. */
  poison(): void {
    this.#check();
    for (const { address, bytes } of this.#plan.volatile) {
      new Float32Array(this.#memory.buffer, address, Math.ceil(bytes / 4)).fill(Number.NaN);
    }
  }

  /** One run, on all threads or on this one. */
  #step({ step, number, choice }: GraphRun): void {
    if (!this.#threads || !choice) {
      step(0, 1);
      return;
    }
    const { all } = choice;
    const startedAt = performance.now();
    if (all) {
      this.#threads.control.start(number);
      step(0, this.#threads.count);
    } else {
      step(0, 1);
    }
    choice.took(performance.now() - startedAt, all);
  }

  #tensor(name: string): PlacedTensor {
    this.#check();
    const tensor = this.#plan.tensors.get(name);
    if (!tensor) throw new RangeError(`this session keeps no tensor named ${name}`);
    return tensor;
  }

  #fill(name: string, tensor: PlacedTensor, data: HostData): void {
    const to = this.#view(tensor);
    if (data.length !== to.length) {
      throw new RangeError(
        `${name} has shape [${tensor.shape.join(', ')}], ${to.length} numbers, and was given ${data.length}`,
      );
    }
    to.set(data);
  }

  #view({ address, shape, dtype }: TensorType & { readonly address: number }) {
    const ArrayType = dtype === 'f32' ? Float32Array : Int32Array;
    return new ArrayType(this.#memory.buffer, address, sizeOf(shape));
  }

  #check(): void {
    if (this.#closed) throw new Error('This session is closed.');
  }
}

/** About how long one thread takes for a run: 50 operations and 10 bytes a nanosecond. */
function microseconds({ flops, bytesMoved }: PlanSummary): number {
  return flops / 50_000 + bytesMoved / 10_000;
}

/** Memory of so many bytes, exactly as much as is needed: it never grows. */
function allocate(bytes: number, shared: boolean): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch {
    throw new OutOfMemoryError(
      `this workload needs ${Math.round(bytes / 2 ** 20)} MiB of memory, which WebAssembly could not get`,
    );
  }
}
