import { GraphError } from '../../graph/errors';
import type { Graph, TensorType } from '../../graph/types';
import { assignRegions, type Region } from '../../plan/regions';
import { stepOf, summarize } from '../../plan/summary';
import type { PlanSummary } from '../device';
import type { Lowering } from './kernel';
import { type Launch, type LaunchPlan, type PlanTarget, planLaunches } from './launches';

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

/**
 * Plans one graph over the persistent tensors of its session. Throws GraphError where they disagree, or
 * where an op has no kernel.
 */
export function planGraph(
  graph: Graph,
  tensors: Readonly<Record<string, TensorType>>,
  target: PlanTarget,
  lowerings: ReadonlyMap<string, Lowering>,
): GpuPlan {
  let plan = planLaunches(graph, tensors, target, lowerings, true);
  if (overfull(plan, target)) plan = planLaunches(graph, tensors, target, lowerings, false);
  const launch = overfull(plan, target);
  if (launch) {
    throw new GraphError(
      `${launch.kernel.label} binds more buffers at once than the ${target.storageBuffers} that this device allows`,
    );
  }
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
