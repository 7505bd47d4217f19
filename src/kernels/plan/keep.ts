import { GraphError } from '../graph/errors';
import { type NodeId, sizeOf } from '../graph/types';
import { costOf, isAlias, isMap, readsInPlace } from './kinds';
import type { Draft } from './prepare';

/**
 * Which elementwise and movement nodes are computed once and kept, in a register or a buffer; the others
 * are written into the expressions of those that use them, and computed again by each.
 */
export interface Kept {
  has(id: NodeId): boolean;
  /** What computing a kept node reads: kept nodes, inputs and results of kernels; true where in place. */
  readsOf(id: NodeId): ReadonlyMap<NodeId, boolean>;
  /** What computing it costs, in additions for each element. */
  costOf(id: NodeId): number;
}

/** A value this cheap is computed twice rather than stored and loaded. */
const CHEAP = 2;
/** Expressions stay short enough to compile fast and to be written by a recursion. */
const MAX_NODES = 100;

interface Expression {
  readonly reads: Map<NodeId, boolean>;
  readonly cost: number;
  readonly nodes: number;
}

/**
 * Decides in the order of the graph, so that the cost of an expression is known where it is used.
 * `required` nodes are read by kernels or are results; `maxReads` is how many tensors one launch may read.
 */
export function chooseKept(draft: Draft, required: ReadonlySet<NodeId>, maxReads: number): Kept {
  const { nodes } = draft;
  const kept = new Set(required);
  const uses = collectUses(draft);
  const expressions = new Array<Expression>(nodes.length);

  // A node that would read too much keeps some operand after all, which earlier nodes may have taken in:
  // then everything is decided anew. Each round keeps more, so there are few.
  let settled: boolean;
  do {
    settled = true;
    for (let id = 0; id < nodes.length; id++) {
      if (!isMap(nodes[id]!.op)) continue;
      const overfull = (): NodeId | null => {
        expressions[id] = expressionOf(draft, id, kept, expressions);
        return expressions[id]!.reads.size > maxReads
          ? heaviestOperand(draft, id, kept, expressions, maxReads)
          : null;
      };
      for (let operand = overfull(); operand !== null; operand = overfull()) {
        kept.add(operand);
        settled = false;
      }
      if (!kept.has(id) && worthKeeping(draft, id, uses[id]!, expressions[id]!)) kept.add(id);
    }
  } while (!settled);

  return {
    has: (id) => kept.has(id),
    readsOf: (id) => expressions[id]!.reads,
    costOf: (id) => expressions[id]!.cost,
  };
}

/** Who uses a node's value, seen through reshapes. */
interface Uses {
  count: number;
  /** Every user reads it at the thread's own place. */
  inPlace: boolean;
  /** How many times more threads the largest user has than the node has elements. */
  growth: number;
}

function collectUses({ nodes, storage }: Draft): Uses[] {
  const uses: Uses[] = nodes.map(() => ({ count: 0, inPlace: true, growth: 1 }));
  for (const node of nodes) {
    if (isAlias(node.op) || !isMap(node.op)) continue;
    for (const operand of new Set(node.inputs)) {
      const use = uses[storage[operand]!]!;
      const { shape } = nodes[operand]!;
      use.count++;
      use.inPlace &&= readsInPlace(node, shape);
      use.growth = Math.max(use.growth, sizeOf(node.shape) / sizeOf(shape));
    }
  }
  return uses;
}

function worthKeeping({ nodes }: Draft, id: NodeId, uses: Uses, own: Expression): boolean {
  const node = nodes[id]!;
  if (isAlias(node.op) || uses.count === 0) return false;
  if (own.nodes > MAX_NODES) return true;
  if (uses.inPlace && uses.count === 1) return false;
  // A number computed from data (a learning rate, a clipping factor) is computed by one thread, not by all.
  if (sizeOf(node.shape) === 1 && own.reads.size > 0) return own.cost > 0 && uses.growth > 1;
  return own.cost > CHEAP && (uses.count > 1 || uses.growth > 1);
}

/** A node's expression: its own op over its operands, those that are not kept written in place. */
function expressionOf(
  { nodes, storage }: Draft,
  id: NodeId,
  kept: ReadonlySet<NodeId>,
  expressions: readonly Expression[],
): Expression {
  const node = nodes[id]!;
  const reads = new Map<NodeId, boolean>();
  let cost = costOf(node.op);
  let count = 1;
  for (const operand of new Set(node.inputs)) {
    const inPlace = readsInPlace(node, nodes[operand]!.shape);
    const held = storage[operand]!;
    if (kept.has(held) || !isMap(nodes[held]!.op)) {
      reads.set(held, inPlace && (reads.get(held) ?? true));
      continue;
    }
    const inner = expressions[operand]!;
    cost += inner.cost;
    count += inner.nodes;
    for (const [read, innerInPlace] of inner.reads) {
      reads.set(read, inPlace && innerInPlace && (reads.get(read) ?? true));
    }
  }
  return { reads, cost, nodes: count };
}

/** The operand that brings in the most reads. Throws GraphError where the op's own operands are too many. */
function heaviestOperand(
  { nodes, storage }: Draft,
  id: NodeId,
  kept: ReadonlySet<NodeId>,
  expressions: readonly Expression[],
  maxReads: number,
): NodeId {
  const { op, inputs, at } = nodes[id]!;
  const inner = inputs
    .map((operand) => storage[operand]!)
    .filter((held) => isMap(nodes[held]!.op) && !kept.has(held));
  if (inner.length === 0) {
    throw new GraphError(
      `${op} reads ${new Set(inputs.map((operand) => storage[operand])).size} tensors, and a launch on this device may read ${maxReads}`,
      at,
    );
  }
  return inner.reduce((a, b) => (expressions[b]!.reads.size > expressions[a]!.reads.size ? b : a));
}
