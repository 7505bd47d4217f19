import type { PlanStep, PlanSummary } from '../devices/device';
import { flopsOfNode } from '../graph/flops';
import type { Graph, NodeId } from '../graph/types';
import { COPY } from './kinds';
import type { Draft } from './prepare';
import type { Region, Regions } from './regions';

/** What one launch costs: it computes these nodes, and reads and writes these regions. */
export function stepOf(
  { nodes }: Draft,
  kernel: string,
  computes: readonly NodeId[],
  regions: readonly Region[],
): PlanStep {
  const graph: Graph = { nodes, outputs: {}, updates: {} };
  const ops = computes.filter((id) => nodes[id]!.op !== COPY);
  return {
    kernel,
    ops: ops.map((id) => nodes[id]!.op),
    flops: ops.reduce((sum, id) => sum + flopsOfNode(graph, id), 0),
    bytes: regions.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

export function summarize(
  steps: readonly PlanStep[],
  { slotBytes, aliveBytes }: Pick<Regions, 'slotBytes' | 'aliveBytes'>,
): PlanSummary {
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  return {
    launches: steps.length,
    flops: sum(steps.map((step) => step.flops)),
    bytesMoved: sum(steps.map((step) => step.bytes)),
    scratchBytes: sum(slotBytes),
    aliveBytes,
    steps,
  };
}
