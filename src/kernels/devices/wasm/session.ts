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
import { KERNELS, MEMORY, type PlacedTensor, planWorkload, type WasmPlan } from './plan';

const PAGE = 65_536;

type Step = (part: number, parts: number) => void;

/** A workload planned for WebAssembly. A run happens within the call: its promise is already settled. */
export class WasmSession implements Session {
  readonly plans: Readonly<Record<string, PlanSummary>>;
  readonly #plan: WasmPlan;
  readonly #memory: WebAssembly.Memory;
  readonly #steps: ReadonlyMap<string, Step>;
  #closed = false;

  private constructor(
    readonly info: DeviceInfo,
    plan: WasmPlan,
    memory: WebAssembly.Memory,
    exports: WebAssembly.Exports,
  ) {
    this.#plan = plan;
    this.#memory = memory;
    const graphs = [...plan.graphs];
    this.#steps = new Map(graphs.map(([name, { entry }]) => [name, exports[entry] as Step]));
    this.plans = Object.fromEntries(graphs.map(([name, { summary }]) => [name, summary]));
  }

  static async open(
    info: DeviceInfo,
    kernels: WebAssembly.Module,
    workload: Workload,
  ): Promise<WasmSession> {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const imports = { [MEMORY.module]: { [MEMORY.name]: memory } };
    const { exports } = await WebAssembly.instantiate(kernels, imports);
    const sizeOfScratch = (entry: string, ...args: readonly number[]) =>
      (exports[entry] as (...args: readonly number[]) => number)(...args);
    const target = { sizeOf: sizeOfScratch, shared: false, threads: 1 };
    const plan = planWorkload(workload, target);
    const { bytes, contents } = plan.layout;
    grow(memory, bytes);
    for (const [address, data] of contents) new Uint8Array(memory.buffer).set(data, address);
    const { instance } = await WebAssembly.instantiate(plan.module, {
      ...imports,
      [KERNELS]: exports,
    });
    const session = new WasmSession(info, plan, memory, instance.exports);
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
    const step = this.#steps.get(graph);
    if (!planned || !step) throw new RangeError(`this session has no graph named ${graph}`);
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
      step(0, 1);
      return Object.fromEntries(
        [...planned.outputs].map(([name, tensor]) => [name, this.#view(tensor).slice()]),
      );
    });
  }

  close(): void {
    this.#closed = true;
  }

  /** Fills all memory between launches, and of outputs, with NaN: what a kernel forgets to write then shows. */
  poison(): void {
    this.#check();
    for (const { address, bytes } of this.#plan.volatile) {
      new Float32Array(this.#memory.buffer, address, Math.ceil(bytes / 4)).fill(Number.NaN);
    }
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

function grow(memory: WebAssembly.Memory, bytes: number): void {
  const missing = Math.ceil(bytes / PAGE) - memory.buffer.byteLength / PAGE;
  try {
    if (missing > 0) memory.grow(missing);
  } catch {
    throw new OutOfMemoryError(
      `this workload needs ${Math.round(bytes / 2 ** 20)} MiB of memory, which WebAssembly could not get`,
    );
  }
}
