import { GraphError } from '../../graph/errors';
import type { Graph, TensorType } from '../../graph/types';
import { attrString } from '../../ops/op';
import type { Binding } from '../../plan/binding';
import { assignRegions, type Region } from '../../plan/regions';
import { stackProducts } from '../../plan/stack';
import { stepOf, summarize } from '../../plan/summary';
import type { PlanSummary, Workload } from '../device';
import { type Arrangement, clashesOf, nodeKey, tensorKey } from './arrangement';
import type { Lowering } from './kernel';
import {
  BINDING_BYTES,
  type Launch,
  type LaunchPlan,
  type PlanTarget,
  planLaunches,
} from './launches';

export interface PlannedLaunch {
  readonly label: string;
  readonly wgsl: string;
  readonly numbers: readonly number[];
  readonly reads: readonly Region[];
  readonly writes: readonly Region[];
  readonly workgroups: readonly [number, number, number];
}

/** An output's type, and the output in whose memory it lies: its own, or that of an equal one. */
export interface PlannedOutput extends TensorType {
  readonly region: string;
}

/** One graph as launches over memory. Nothing here needs a GPU. */
export interface GpuPlan {
  readonly launches: readonly PlannedLaunch[];
  readonly feeds: ReadonlyMap<string, TensorType>;
  readonly outputs: ReadonlyMap<string, PlannedOutput>;
  readonly slotBytes: readonly number[];
  readonly summary: PlanSummary;
}

/** A workload as launches over memory that all its graphs share. */
export interface WorkloadPlan {
  readonly graphs: ReadonlyMap<string, GpuPlan>;
  /** Persistent tensors that lie side by side in one buffer, in order. */
  readonly blocks: readonly (readonly string[])[];
}

/** Plans every graph. Throws GraphError as `planGraph` does. */
export function planWorkload(
  { tensors, graphs }: Workload,
  target: PlanTarget,
  lowerings: ReadonlyMap<string, Lowering>,
): WorkloadPlan {
  const refused = new Set<string>();
  // Where tensors lie is for the graphs that change them to say: what only reads the weights takes them as they lie.
  const changes = ({ updates }: Graph) => Object.keys(updates).length;
  const inTurn = Object.entries(graphs).sort(([, a], [, b]) => changes(b) - changes(a));
  for (;;) {
    const arrangement: Arrangement = { blocks: [], refused: new Set(refused) };
    const plans = new Map(
      inTurn.map(([name, graph]) => [
        name,
        planGraph(graph, tensors, target, lowerings, arrangement),
      ]),
    );
    // A graph may read and write what a later one wants in one buffer.
    const before = refused.size;
    for (const { launches } of plans.values()) {
      for (const launch of launches) {
        const clash = clashesOf(launch, arrangement.blocks);
        for (const n of clash.reads) refuseTensor(refused, launch.reads[n]!);
        for (const n of clash.writes) refuseTensor(refused, launch.writes[n]!);
      }
    }
    if (refused.size === before) return { graphs: plans, blocks: arrangement.blocks };
  }
}

function refuseTensor(refused: Set<string>, region: Region): void {
  if (region.place === 'tensor') refused.add(tensorKey(region.name));
}

/** A workload as it is planned: with products of stacks. */
export function stacked(workload: Workload, target: PlanTarget): Workload {
  const graphs = Object.entries(workload.graphs).map(
    ([name, graph]) => [name, stackOf(graph, target)] as const,
  );
  return { ...workload, graphs: Object.fromEntries(graphs) };
}

function stackOf(graph: Graph, { bindingBytes = BINDING_BYTES }: PlanTarget): Graph {
  return stackProducts(graph, bindingBytes);
}

/**
 * Plans one graph over the persistent tensors of its session. Throws GraphError where they disagree, or
 * where an op has no kernel. The arrangement of the tensors is taken as it is, and added to.
 */
export function planGraph(
  graph: Graph,
  tensors: Readonly<Record<string, TensorType>>,
  target: PlanTarget,
  lowerings: ReadonlyMap<string, Lowering>,
  arrangement: Arrangement = { blocks: [], refused: new Set() },
): GpuPlan {
  const stackedGraph = stackOf(graph, target);
  const refused = new Set(arrangement.refused);
  let updatesInPlace = true;
  for (;;) {
    const tried: Arrangement = { blocks: [...arrangement.blocks], refused };
    const plan = planLaunches(stackedGraph, tensors, target, lowerings, tried, updatesInPlace);
    const launch = overfull(plan, target);
    if (launch && updatesInPlace) {
      updatesInPlace = false;
      continue;
    }
    if (launch) {
      throw new GraphError(
        `${launch.kernel.label} binds more buffers at once than the ${target.storageBuffers} that this device allows`,
      );
    }
    const placed = place(plan, tensors);
    const before = refused.size;
    for (const name of plan.displaced) refused.add(tensorKey(name));
    plan.launches.forEach(({ kernel }, i) => {
      const clash = clashesOf(placed.launches[i]!, tried.blocks);
      for (const n of clash.reads) refuse(refused, plan, kernel.reads[n]!);
      for (const n of clash.writes) refuse(refused, plan, kernel.writes[n]!);
    });
    if (refused.size > before) continue;
    arrangement.blocks.push(...plan.tensorBlocks);
    return placed;
  }
}

/** Keeps a node, or the persistent tensor that it is, out of blocks. */
function refuse(refused: Set<string>, { draft, homes }: LaunchPlan, binding: Binding): void {
  const ids = typeof binding === 'number' ? [binding] : 'block' in binding ? binding.block : [];
  for (const id of ids.map((one) => draft.storage[one]!)) {
    const { op, attrs } = draft.nodes[id]!;
    const name = op === 'input' ? attrString(attrs, 'name') : homes.get(id);
    refused.add(name === undefined ? nodeKey(id) : tensorKey(name));
  }
}

/** Gives the launches of a plan their memory. */
function place(plan: LaunchPlan, tensors: Readonly<Record<string, TensorType>>): GpuPlan {
  const { draft, launches } = plan;
  const regions = assignRegions(plan, tensors);
  const planned = launches.map(
    ({ kernel, unit }): PlannedLaunch => ({
      label: kernel.label,
      wgsl: kernel.wgsl,
      numbers: kernel.numbers,
      workgroups: kernel.workgroups,
      reads: kernel.reads.map((binding) => regions.of(binding, unit)),
      writes: kernel.writes.map((binding) => regions.of(binding, unit)),
    }),
  );
  const fed = [...draft.inputs].filter(([name]) => !Object.hasOwn(tensors, name));
  return {
    launches: planned,
    feeds: new Map(fed.map(([name, id]) => [name, draft.nodes[id]!])),
    outputs: new Map(
      [...draft.outputs].map(([name, id]) => {
        const { shape, dtype } = draft.nodes[id]!;
        return [name, { shape, dtype, region: regions.outputs.get(name)! }];
      }),
    ),
    slotBytes: regions.slotBytes,
    summary: summarize(
      launches.map(({ kernel, computes }, i) =>
        stepOf(draft, kernel.label, computes, [...planned[i]!.reads, ...planned[i]!.writes]),
      ),
      regions,
    ),
  };
}

function overfull({ launches }: LaunchPlan, { storageBuffers }: PlanTarget): Launch | undefined {
  return launches.find(({ kernel }) => kernel.reads.length + kernel.writes.length > storageBuffers);
}
