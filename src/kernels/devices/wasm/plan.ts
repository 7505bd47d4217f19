import { bytesOf, type NodeId, type TensorType } from '../../graph/types';
import type { Binding } from '../../plan/binding';
import { assignRegions, type Regions } from '../../plan/regions';
import { stepOf, summarize } from '../../plan/summary';
import type { PlanSummary, Workload } from '../device';
import { Dependencies } from './dependencies';
import { MATH } from './elementwise';
import { type Code, call, f32, i32, join, local } from './encoder/code';
import { ModuleWriter, type ValueType } from './encoder/module';
import { writeFused } from './fused';
import type { Argument, LoweringContext, WasmKernel } from './kernel';
import { planLaunches, type WasmLaunch, type WasmLaunchPlan } from './launches';
import { addressOfRegion, Layout, type Places, spanOf } from './layout';
import { accessOf, type Shares } from './shares';

/** A tensor that the host fills or reads. */
export interface PlacedTensor extends TensorType {
  readonly address: number;
}

export interface WasmGraph {
  readonly summary: PlanSummary;
  /** Fed tensors by name. */
  readonly feeds: ReadonlyMap<string, PlacedTensor>;
  readonly outputs: ReadonlyMap<string, PlacedTensor>;
  /** The export of the module that runs the graph once: (part, parts). */
  readonly entry: string;
}

/** All graphs of a workload as one module over one memory, laid out to the last byte. */
export interface WasmPlan {
  readonly module: Uint8Array<ArrayBuffer>;
  readonly graphs: ReadonlyMap<string, WasmGraph>;
  readonly tensors: ReadonlyMap<string, PlacedTensor>;
  readonly layout: Layout;
  /** What holds no number from run to run: slots and outputs. */
  readonly volatile: readonly { readonly address: number; readonly bytes: number }[];
}

export interface WasmTarget {
  readonly sizeOf: LoweringContext['sizeOf'];
  readonly shared: boolean;
  readonly threads: number;
}

/** What the module imports, as thread.ts gives it. */
const KERNELS = 'kernels';
const MEMORY = { module: 'env', name: 'memory' } as const;

/** Plans every graph. Throws GraphError where a graph does not fit the tensors that are kept. */
export function planWorkload({ tensors, graphs }: Workload, target: WasmTarget): WasmPlan {
  const layout = new Layout();
  const kept = layout.tensors(tensors);
  const planned = Object.entries(graphs).map(([name, graph]) => {
    const plan = planLaunches(graph, tensors, target.sizeOf);
    return { name, plan, regions: assignRegions(plan, tensors) };
  });

  // Graphs run one after another, so that all of them use the same slots and the same scratch.
  const slotBytes: number[] = [];
  let scratchBytes = 0;
  for (const { plan, regions } of planned) {
    regions.slotBytes.forEach((bytes, slot) => {
      slotBytes[slot] = Math.max(slotBytes[slot] ?? 0, bytes);
    });
    for (const { kernel } of plan.launches) {
      if ('scratch' in kernel) scratchBytes = Math.max(scratchBytes, kernel.scratch ?? 0);
    }
  }
  scratchBytes = Math.ceil(scratchBytes / 64) * 64;
  const slots = slotBytes.map((bytes) => layout.allocate(bytes));
  const scratch = layout.allocate(scratchBytes * target.threads);

  const writer = new GraphWriter(target, layout, { address: scratch, bytes: scratchBytes });
  const drafts = planned.map(({ name, plan, regions }) => {
    const feeds = typesOf(
      plan,
      [...plan.draft.inputs].filter(([feed]) => !kept.has(feed)),
    );
    const own = [...plan.draft.outputs].filter(
      ([output]) => regions.outputs.get(output) === output,
    );
    const places: Places = {
      tensors: kept,
      slots,
      feeds: layout.tensors(feeds),
      outputs: layout.tensors(typesOf(plan, own)),
    };
    writer.declare(plan, regions, places);
    return { name, plan, regions, places, feeds };
  });
  const placed = drafts.map(({ name, plan, regions, places, feeds }, i) => {
    const entry = `graph ${i}`;
    const summary = writer.write(entry, plan, regions, places);
    const outputs = [...plan.draft.outputs].map(([output, id]) => {
      const address = places.outputs.get(regions.outputs.get(output)!)!;
      return [output, { ...typeOf(plan, id), address }] as const;
    });
    const graph: WasmGraph = {
      summary,
      entry,
      outputs: new Map(outputs),
      feeds: placeTypes(feeds, places.feeds),
    };
    return [name, graph] as const;
  });
  const outputs = placed.flatMap(([, graph]) => [...graph.outputs.values()]);
  return {
    module: writer.module.bytes(),
    graphs: new Map(placed),
    tensors: placeTypes(tensors, kept),
    layout,
    volatile: [
      ...slots.map((address, slot) => ({ address, bytes: slotBytes[slot]! })),
      ...outputs.map((output) => ({ address: output.address, bytes: bytesOf(output) })),
    ],
  };
}

/** Writes the functions of every graph into one module. */
class GraphWriter {
  readonly module: ModuleWriter;
  readonly #kernels = new Map<string, number>();
  readonly #barrier: number | null;

  constructor(
    readonly target: WasmTarget,
    readonly layout: Layout,
    readonly scratch: { readonly address: number; readonly bytes: number },
  ) {
    this.module = new ModuleWriter({ ...MEMORY, shared: target.shared });
    for (const [name, arity] of Object.entries(MATH)) {
      const params = Array.from({ length: arity }, () => 'v128' as const);
      const signature = { params, results: ['v128'] } as const;
      this.#kernels.set(name, this.module.import(KERNELS, name, signature));
    }
    const signature = { params: ['i32', 'i32'], results: [] } as const;
    this.#barrier = target.shared ? this.module.import(KERNELS, 'barrier', signature) : null;
  }

  /** Imports what a graph calls: all imports have to come before the first function. */
  declare(plan: WasmLaunchPlan, regions: Regions, places: Places): void {
    for (const launch of plan.launches) {
      const { kernel } = launch;
      if (!('entry' in kernel) || this.#kernels.has(kernel.entry)) continue;
      const params = this.#arguments(launch, kernel, regions, places).map(({ type }) => type);
      const signature = { params: [...params, 'i32', 'i32'], results: [] } as const;
      this.#kernels.set(kernel.entry, this.module.import(KERNELS, kernel.entry, signature));
    }
  }

  /** One call for each launch, in order. */
  write(entry: string, plan: WasmLaunchPlan, regions: Regions, places: Places): PlanSummary {
    const { draft, kept } = plan;
    const thread: readonly Code[] = [local.get(0), local.get(1)];
    const apart = new Dependencies();
    const calls = plan.launches.map((launch) => {
      const { kernel, unit } = launch;
      /** The launch after the barrier that it needs, if it does. */
      const inTurn = (code: Code, shares: readonly Shares[] | undefined): Code => {
        if (this.#barrier === null) return code;
        const accesses = (bindings: readonly Binding[]) =>
          bindings.map((binding) => {
            const span = spanOf(places, regions.of(binding, unit));
            return accessOf(binding, span, shares, this.target.threads);
          });
        const waits = apart.mustWait(accesses(kernel.reads), accesses(kernel.writes));
        return waits ? join(call(this.#barrier, ...thread), code) : code;
      };
      const addressOf = (binding: Binding) => addressOfRegion(places, regions.of(binding, unit));
      if ('entry' in kernel) {
        const args = this.#arguments(launch, kernel, regions, places).map(({ code }) => code);
        return inTurn(call(this.#kernels.get(kernel.entry)!, ...args, ...thread), kernel.shares);
      }
      const group = { draft, kept, unit, stored: kernel.stored, addressOf };
      const { index, shares } = writeFused(this.module, (name) => this.#kernels.get(name)!, group);
      return inTurn(call(index, ...thread), [shares]);
    });
    // A run ends when all threads have ended it.
    if (this.#barrier !== null) calls.push(call(this.#barrier, ...thread));
    const index = this.module.function({ params: ['i32', 'i32'], results: [] }, [], calls.flat());
    this.module.export(entry, index);
    const steps = plan.launches.map(({ kernel, unit, computes }) => {
      const touched = [...kernel.reads, ...kernel.writes].map((b) => regions.of(b, unit));
      return stepOf(draft, kernel.label, computes, touched);
    });
    return summarize(steps, regions);
  }

  #arguments(
    { unit }: WasmLaunch,
    kernel: WasmKernel,
    regions: Regions,
    places: Places,
  ): { type: ValueType; code: Code }[] {
    const integer = (value: number) => ({ type: 'i32' as const, code: i32.const(value) });
    const encode = (argument: Argument) => {
      if (typeof argument === 'object') {
        if ('f32' in argument) return { type: 'f32' as const, code: f32.const(argument.f32) };
        if ('table' in argument) {
          return integer(this.layout.table(argument.table.key, argument.table.bytes));
        }
        if (argument.of === null) return integer(0);
        return integer(addressOfRegion(places, regions.of(argument.of, unit)));
      }
      return integer(Number(argument));
    };
    const { address, bytes } = this.scratch;
    const scratch = kernel.scratch === undefined ? [] : [integer(address), integer(bytes)];
    return [...kernel.args.map(encode), ...scratch];
  }
}

function typeOf({ draft }: WasmLaunchPlan, id: NodeId): TensorType {
  const { shape, dtype } = draft.nodes[id]!;
  return { shape, dtype };
}

function typesOf(
  plan: WasmLaunchPlan,
  named: readonly (readonly [string, NodeId])[],
): Record<string, TensorType> {
  return Object.fromEntries(named.map(([name, id]) => [name, typeOf(plan, id)]));
}

function placeTypes(
  types: Readonly<Record<string, TensorType>>,
  places: ReadonlyMap<string, number>,
): Map<string, PlacedTensor> {
  return new Map(
    Object.entries(types).map(([name, { shape, dtype }]) => [
      name,
      { shape, dtype, address: places.get(name)! },
    ]),
  );
}
