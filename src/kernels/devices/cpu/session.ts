import type { HostTensor } from '../../ops/op';
import type {
  DeviceInfo,
  Feeds,
  HostData,
  Outputs,
  PlanSummary,
  Session,
  Workload,
} from '../device';
import { copyInto, type Memory } from './memory';
import { type CpuPlan, planGraph } from './plan';

/** A workload planned for the CPU. A run happens within the call: its promise is already settled. */
export class CpuSession implements Session {
  readonly plans: Readonly<Record<string, PlanSummary>>;
  readonly planningSeconds: number;
  readonly #plans: ReadonlyMap<string, CpuPlan>;
  readonly #persistent: ReadonlyMap<string, HostTensor>;
  readonly #memory: Memory;

  constructor(
    readonly info: DeviceInfo,
    memory: Memory,
    { tensors, graphs }: Workload,
  ) {
    const startedAt = performance.now();
    const persistent = new Map(
      Object.entries(tensors).map(([name, { shape, dtype }]) => [
        name,
        { shape, dtype, data: memory.allocate({ shape, dtype }) },
      ]),
    );
    const planned = Object.entries(graphs).map(
      ([name, graph]) => [name, planGraph(graph, persistent, memory)] as const,
    );
    this.#memory = memory;
    this.#persistent = persistent;
    this.#plans = new Map(planned);
    this.plans = Object.fromEntries(planned.map(([name, { summary }]) => [name, summary]));
    this.planningSeconds = (performance.now() - startedAt) / 1000;
  }

  get peakBytes(): number {
    return this.#memory.bytes;
  }

  write(name: string, data: HostData): void {
    const { data: to, shape } = this.#tensor(name);
    copyInto(to, name, shape, data);
  }

  async read(name: string): Promise<HostData> {
    return this.#tensor(name).data.slice();
  }

  async run(graph: string, feeds: readonly Feeds[]): Promise<Outputs[]> {
    const plan = this.#plans.get(graph);
    if (!plan) throw new RangeError(`this session has no graph named ${graph}`);
    return feeds.map((own) => runOnce(plan, own));
  }

  /** Nothing to hand back: the memory goes when the session is forgotten. */
  close(): void {}

  #tensor(name: string): HostTensor {
    const tensor = this.#persistent.get(name);
    if (!tensor) throw new RangeError(`this session keeps no tensor named ${name}`);
    return tensor;
  }
}

function runOnce(plan: CpuPlan, feeds: Feeds): Outputs {
  for (const [name, { shape, data }] of plan.fed) {
    const given = feeds[name];
    if (!given) throw new RangeError(`this run was fed no ${name}, of shape [${shape.join(', ')}]`);
    copyInto(data, name, shape, given);
  }
  for (const { node, definition, inputs, out } of plan.launches) {
    definition.reference(node, inputs, out);
  }
  const outputs = Object.fromEntries(plan.outputs.map(([name, { data }]) => [name, data.slice()]));
  for (const { from, staging } of plan.updates) staging?.set(from);
  for (const { from, to, staging } of plan.updates) to.set(staging ?? from);
  return outputs;
}
