import { GraphError } from '../../graph/errors';
import { reachableNodes } from '../../graph/reach';
import { sameShape } from '../../graph/shapes';
import {
  describeType,
  type Graph,
  type GraphNode,
  type NodeId,
  type TensorType,
} from '../../graph/types';
import { attrString, type HostTensor, type NumericArray, type OpDefinition } from '../../ops/op';
import { opNamed } from '../../ops/table';
import { assignSlots, type Lifetime } from '../../plan/lifetimes';
import type { PlanSummary } from '../device';
import type { Memory } from './memory';
import { summarize } from './summary';

/** A graph with memory for everything that a run needs. */
export interface CpuPlan {
  readonly summary: PlanSummary;
  /** One call for each node that computes something, in order. */
  readonly launches: readonly Launch[];
  /** Inputs that are given anew at each run, by name. */
  readonly fed: ReadonlyMap<string, HostTensor>;
  readonly outputs: readonly (readonly [name: string, value: HostTensor])[];
  readonly updates: readonly Update[];
}

export interface Launch {
  readonly node: GraphNode;
  readonly definition: OpDefinition;
  readonly inputs: readonly HostTensor[];
  readonly out: NumericArray;
}

export interface Update {
  readonly from: NumericArray;
  readonly to: NumericArray;
  /** Where the new value waits, if it is a persistent tensor that another update may overwrite. */
  readonly staging: NumericArray | null;
}

/** Ops whose result is their input, seen otherwise: they share its memory. */
const VIEWS: ReadonlySet<string> = new Set(['reshape', 'stopGradient']);

/** Plans one graph over the tensors that its session keeps. Throws GraphError where they disagree. */
export function planGraph(
  graph: Graph,
  persistent: ReadonlyMap<string, HostTensor>,
  memory: Memory,
): CpuPlan {
  const { nodes } = graph;
  const owner = ownersOf(graph);
  const data = new Map<NodeId, NumericArray>();
  const fed = new Map<string, HostTensor>();
  const once: NodeId[] = [];
  const computed: NodeId[] = [];

  const reachable = reachableNodes(graph);
  nodes.forEach((node, id) => {
    if (!reachable[id] || owner[id] !== id) return;
    if (node.op === 'input') {
      const name = attrString(node.attrs, 'name');
      const kept = persistent.get(name);
      if (kept) expectSameType(name, kept, node);
      const tensor = kept ?? { ...typeOf(node), data: memory.allocate(node) };
      data.set(id, tensor.data);
      if (!kept) fed.set(name, tensor);
    } else if (node.inputs.length === 0) {
      data.set(id, memory.allocate(node));
      once.push(id);
    } else {
      computed.push(id);
    }
  });

  const slotPlan = assignSlots(lifetimesOf(graph, owner, computed, memory));
  const { slots, slotBytes } = slotPlan;
  const scratch = slotBytes.map((bytes) => memory.allocateScratch(bytes));
  computed.forEach((id, i) => {
    data.set(id, memory.view(scratch[slots[i]!]!, nodes[id]!));
  });

  const tensor = (id: NodeId): HostTensor => ({
    ...typeOf(nodes[id]!),
    data: data.get(owner[id]!)!,
  });
  const launch = (id: NodeId): Launch => {
    const node = nodes[id]!;
    const inputs = node.inputs.map(tensor);
    return { node, definition: opNamed(node.op), inputs, out: data.get(id)! };
  };
  for (const { node, definition, inputs, out } of once.map(launch)) {
    definition.reference(node, inputs, out);
  }

  const kept = new Set([...persistent.values()].map((tensor) => tensor.data));
  return {
    summary: summarize(graph, computed, slotPlan, memory),
    launches: computed.map(launch),
    fed,
    outputs: Object.entries(graph.outputs).map(([name, id]) => [name, tensor(id)] as const),
    updates: Object.entries(graph.updates).map(([name, id]): Update => {
      const target = persistent.get(name);
      if (!target) throw new GraphError(`there is no tensor ${name} to update`, nodes[id]!.at);
      expectSameType(name, target, nodes[id]!);
      const from = tensor(id).data;
      const staging = kept.has(from) ? memory.allocate(target) : null;
      return { from, to: target.data, staging };
    }),
  };
}

/** For each node, the node in whose memory its result lies. */
function ownersOf({ nodes }: Graph): NodeId[] {
  const owner: NodeId[] = [];
  nodes.forEach((node, id) => {
    owner.push(VIEWS.has(node.op) ? owner[node.inputs[0]!]! : id);
  });
  return owner;
}

/** From a result's own launch to the last that reads it; what leaves the graph lives to the end. */
function lifetimesOf(
  graph: Graph,
  owner: readonly NodeId[],
  computed: readonly NodeId[],
  memory: Memory,
): Lifetime[] {
  const last = new Map<NodeId, number>();
  computed.forEach((id, launch) => {
    last.set(id, launch);
    for (const input of graph.nodes[id]!.inputs) last.set(owner[input]!, launch);
  });
  for (const id of [...Object.values(graph.outputs), ...Object.values(graph.updates)]) {
    last.set(owner[id]!, computed.length);
  }
  return computed.map((id, launch) => ({
    bytes: memory.bytesOf(graph.nodes[id]!),
    first: launch,
    last: last.get(id)!,
  }));
}

function typeOf({ shape, dtype }: TensorType): TensorType {
  return { shape, dtype };
}

function expectSameType(name: string, kept: TensorType, claimed: TensorType): void {
  if (kept.dtype !== claimed.dtype || !sameShape(kept.shape, claimed.shape)) {
    throw new GraphError(
      `${name} is kept as ${describeType(kept)}, and the graph has ${describeType(claimed)} for it`,
    );
  }
}
