import { GraphError } from '../graph/errors';
import type { Graph, GraphNode, NodeId } from '../graph/types';
import type { Accesses } from './binding';
import { isAlias, isMap } from './kinds';
import type { Draft } from './prepare';
import type { Unit } from './units';

/** What a lowering is told of the op that it turns into launches. */
export interface LoweredOp {
  readonly graph: Graph;
  readonly node: GraphNode;
  readonly id: NodeId;
  nodeOf(id: NodeId): GraphNode;
  /**
   * A node of that op, not computed yet, with the same attributes and the same inputs (or a leading part
   * of them: `attentionLse` reads the first two of `attention`). A kernel that also writes it has
   * computed it: it gets no launch of its own.
   */
  sibling(op: string): NodeId | undefined;
  /** The operand that the kernels must compute themselves, as `Absorbs` says of the op; most have none. */
  readonly absorbed?: NodeId;
}

/** An operand of an op that the op's own kernels can compute on the way, where nobody else wants it. */
export interface Absorb {
  /** Which operand, and what op it has to be. */
  readonly input: number;
  readonly op: string;
  fits(node: GraphNode, operand: GraphNode): boolean;
}

/** By the name of the op that absorbs. */
export type Absorbs = Readonly<Record<string, Absorb>>;

/** An op's own kernels, and the unit that stands for them. */
export interface LoweredUnit<Kernel extends Accesses> extends Unit {
  readonly op: NodeId;
  readonly kernels: readonly Kernel[];
  /** An operand that they compute on the way. */
  readonly absorbed?: NodeId;
}

/**
 * The kernels of every op that has its own. Ops with many inputs come first, so that one kernel can also
 * compute a sibling that reads fewer of them.
 */
export function lowerOps<Kernel extends Accesses>(
  draft: Draft,
  lowerings: ReadonlyMap<string, (op: LoweredOp) => Kernel[]>,
  absorbs: Absorbs = {},
): LoweredUnit<Kernel>[] {
  const { nodes, storage } = draft;
  const graph: Graph = { nodes, outputs: {}, updates: {} };
  const absorbedBy = chooseAbsorbed(draft, absorbs);
  const gone = new Set(absorbedBy.values());
  const own = nodes.flatMap(({ op }, id) =>
    isMap(op) || op === 'input' || gone.has(id) ? [] : [id],
  );
  const byInputs = new Map<string, NodeId[]>();
  for (const id of own) {
    const key = siblingKey(draft, id);
    byInputs.set(key, [...(byInputs.get(key) ?? []), id]);
  }
  /** The op whose kernels compute a node. */
  const computedBy = new Map<NodeId, NodeId>();

  const sibling = (id: NodeId, op: string): NodeId | undefined =>
    byInputs
      .get(siblingKey(draft, id))
      ?.find(
        (other) =>
          nodes[other]!.op === op &&
          !computedBy.has(other) &&
          readsLeadingPart(draft, other, id) &&
          !dependsOn(draft, computedBy, id, other),
      );

  const units = [...own]
    .sort((a, b) => nodes[b]!.inputs.length - nodes[a]!.inputs.length || a - b)
    .flatMap((id): LoweredUnit<Kernel>[] => {
      if (computedBy.has(id)) return [];
      const node = nodes[id]!;
      const lowering = lowerings.get(node.op);
      if (!lowering) throw new GraphError(`this device has no kernel for ${node.op}`, node.at);
      computedBy.set(id, id);
      const absorbed = absorbedBy.get(id);
      const kernels = lowering({
        ...(absorbed === undefined ? {} : { absorbed }),
        graph,
        node,
        id,
        nodeOf: (other) => nodes[other]!,
        sibling: (op) => sibling(id, op),
      });
      const written = new Set<NodeId>();
      const reads = new Map<NodeId, boolean>();
      for (const kernel of kernels) {
        for (const b of kernel.reads) {
          if (typeof b === 'number' && !written.has(storage[b]!)) reads.set(storage[b]!, false);
        }
        for (const b of kernel.writes) if (typeof b === 'number') written.add(b);
      }
      for (const other of written) computedBy.set(other, id);
      const computed = [...written].sort((a, b) => a - b);
      const taken = absorbed === undefined ? {} : { absorbed };
      return [{ op: id, kernels, nodes: computed, reads, count: 0, ...taken }];
    });
  return units;
}

/** The operand that each op absorbs. What is absorbed absorbs nothing itself. */
function chooseAbsorbed(
  { nodes, storage, outputs, updateOf }: Draft,
  absorbs: Absorbs,
): ReadonlyMap<NodeId, NodeId> {
  const users = new Map<NodeId, number>();
  for (const node of nodes) {
    if (isAlias(node.op)) continue;
    for (const input of node.inputs) {
      const held = storage[input]!;
      users.set(held, (users.get(held) ?? 0) + 1);
    }
  }
  const wanted = new Set(outputs.values());
  const chosen = new Map<NodeId, NodeId>();
  const gone = new Set<NodeId>();
  nodes.forEach((node, id) => {
    const absorb = Object.hasOwn(absorbs, node.op) ? absorbs[node.op] : undefined;
    if (!absorb || gone.has(id)) return;
    const operand = storage[node.inputs[absorb.input]!]!;
    if (nodes[operand]!.op !== absorb.op || !absorb.fits(node, nodes[operand]!)) return;
    if (users.get(operand) !== 1 || wanted.has(operand) || updateOf.has(operand)) return;
    if (chosen.has(operand)) return;
    chosen.set(id, operand);
    gone.add(operand);
  });
  return chosen;
}

/** Siblings agree in their attributes and in their first input. */
function siblingKey({ nodes, storage }: Draft, id: NodeId): string {
  const { inputs, attrs } = nodes[id]!;
  const sorted = Object.entries(attrs).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([storage[inputs[0]!], sorted]);
}

function readsLeadingPart({ nodes, storage }: Draft, part: NodeId, whole: NodeId): boolean {
  const all = nodes[whole]!.inputs;
  const some = nodes[part]!.inputs;
  return some.length <= all.length && some.every((input, i) => storage[input] === storage[all[i]!]);
}

/** Whether a node needs another one, directly or through ops that are computed together. */
function dependsOn(
  { nodes }: Draft,
  computedBy: ReadonlyMap<NodeId, NodeId>,
  node: NodeId,
  other: NodeId,
): boolean {
  const together = new Map<NodeId, NodeId[]>();
  for (const [computed, by] of computedBy)
    together.set(by, [...(together.get(by) ?? []), computed]);
  const seen = new Set<NodeId>([node]);
  const stack = [node];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    const by = computedBy.get(id);
    const group = by === undefined ? [id] : together.get(by)!;
    for (const input of group.flatMap((member) => nodes[member]!.inputs)) {
      if (input === other) return true;
      if (!seen.has(input)) {
        seen.add(input);
        stack.push(input);
      }
    }
  }
  return false;
}
