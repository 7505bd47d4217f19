import { flopsOfNode } from '../../graph/flops';
import type { Graph, NodeId } from '../../graph/types';
import type { SlotPlan } from '../../plan/lifetimes';
import type { PlanStep, PlanSummary } from '../device';
import type { Memory } from './memory';

/** What one run costs: a launch for each node that is computed, reading its inputs and writing itself. */
export function summarize(
  graph: Graph,
  computed: readonly NodeId[],
  { slotBytes, aliveBytes }: SlotPlan,
  memory: Memory,
): PlanSummary {
  const steps = computed.map((id): PlanStep => {
    const { op, inputs } = graph.nodes[id]!;
    const bytes = [id, ...inputs].reduce((sum, n) => sum + memory.bytesOf(graph.nodes[n]!), 0);
    return { kernel: op, ops: [op], flops: flopsOfNode(graph, id), bytes };
  });
  return {
    launches: steps.length,
    flops: steps.reduce((sum, step) => sum + step.flops, 0),
    bytesMoved: steps.reduce((sum, step) => sum + step.bytes, 0),
    scratchBytes: slotBytes.reduce((sum, bytes) => sum + bytes, 0),
    aliveBytes,
    steps,
  };
}
