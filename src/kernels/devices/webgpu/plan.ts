import { GraphError } from '../../graph/errors';
import { flopsOfNode } from '../../graph/flops';
import type { Graph, TensorType } from '../../graph/types';
import { COPY } from '../../plan/kinds';
import type { Draft } from '../../plan/prepare';
import { assignRegions, type Region } from '../../plan/regions';
import type { PlanStep, PlanSummary } from '../device';
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
      launches.map((launch, i) => stepOf(draft, launch, planned[i]!)),
      regions.slotBytes,
    ),
  };
}

function overfull({ launches }: LaunchPlan, { storageBuffers }: PlanTarget): Launch | undefined {
  return launches.find(({ kernel }) => kernel.reads.length + kernel.writes.length > storageBuffers);
}

function stepOf({ nodes }: Draft, { kernel, computes }: Launch, planned: PlannedLaunch): PlanStep {
  const graph: Graph = { nodes, outputs: {}, updates: {} };
  const ops = computes.filter((id) => nodes[id]!.op !== COPY);
  return {
    kernel: kernel.label,
    ops: ops.map((id) => nodes[id]!.op),
    flops: ops.reduce((sum, id) => sum + flopsOfNode(graph, id), 0),
    bytes: [...planned.reads, ...planned.writes].reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function summarize(steps: readonly PlanStep[], slotBytes: readonly number[]): PlanSummary {
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  return {
    launches: steps.length,
    flops: sum(steps.map((step) => step.flops)),
    bytesMoved: sum(steps.map((step) => step.bytes)),
    scratchBytes: sum(slotBytes),
    steps,
  };
}
