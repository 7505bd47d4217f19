import { reachableNodes } from '../graph/reach';
import { bytesOf, type Graph, type GraphNode, type NodeId, sizeOf } from '../graph/types';
import { stackedAttrs } from './stackable';

/** Nodes that compute the same of different tensors, and become one node over the stack of these. */
export interface Layer {
  readonly nodes: readonly NodeId[];
}

/** A layer before it is known whether every member of its stack has a node in it. */
interface Trial {
  /** The matrices that begin the stack, one for each member. One array for all of its layers. */
  readonly matrices: NodeId[];
  /** By the member of the stack; some may be missing. What begins the stack has its matrices here. */
  readonly nodes: NodeId[];
  /** The layers that it reads. */
  readonly reads: readonly Trial[];
  readonly isProduct: boolean;
}

/** A stack pays where it is made once for so many products, at least. */
const PRODUCTS = 3;

/**
 * Finds chains of products over matrices of one shape, such as the Newton-Schulz rounds of Muon over every
 * matrix of a model: they begin with the product of a matrix and itself, and each further node reads the
 * same member of the stacks before. Layers of at most `bytes` a tensor, in no particular order.
 */
export function findStacks(graph: Graph, bytes: number): Layer[] {
  const { nodes } = graph;
  const fixed = new Set([...Object.values(graph.outputs), ...Object.values(graph.updates)]);
  const live = reachableNodes(graph);
  const seeds = seedsOf(graph, live);
  const trials = new Map<string, Trial>();
  const places = new Map<NodeId, { readonly trial: Trial; readonly member: number }>();
  const numbers = new Map<Trial, number>();

  const trialOf = (key: string, make: () => Trial): Trial => {
    const trial = trials.get(key) ?? make();
    if (!trials.has(key)) numbers.set(trial, numbers.size);
    trials.set(key, trial);
    return trial;
  };
  /** Puts a node that reads stacks beside those that do the same with other members of them. */
  const follows = (node: GraphNode, id: NodeId): boolean => {
    const operands = node.inputs.map((input) => places.get(input));
    const known = operands.filter((operand) => operand !== undefined);
    const [first] = known;
    if (!first || fixed.has(id) || !stackedAttrs(node, 1)) return false;
    const { member } = first;
    const { matrices } = first.trial;
    const inStep = known.every(
      ({ trial, member: n }) => trial.matrices === matrices && n === member,
    );
    if (!inStep) return false;
    const from = operands.map((operand, i) => {
      if (operand) return `layer ${numbers.get(operand.trial)}`;
      return node.op === 'matmul' ? 'any' : `node ${node.inputs[i]}`;
    });
    const key = `${kindOf(nodes, node)} ${from.join()}`;
    const reads = known.map(({ trial }) => trial);
    const isProduct = node.op === 'matmul';
    const trial = trialOf(key, () => ({ matrices, nodes: [], reads, isProduct }));
    trial.nodes[member] = id;
    places.set(id, { trial, member });
    return true;
  };
  nodes.forEach((node, id) => {
    if (!live[id] || follows(node, id)) return;
    const key = seeds.get(id);
    if (key === undefined) return;
    const trial = trialOf(key, () => {
      const matrices: NodeId[] = [];
      return { matrices, nodes: matrices, reads: [], isProduct: false };
    });
    places.set(id, { trial, member: trial.nodes.push(id) - 1 });
  });

  const complete = new Set<Trial>();
  for (const trial of trials.values()) {
    const count = trial.matrices.length;
    const found = trial.nodes.filter((id) => id !== undefined);
    const fits = count * bytesOf(nodes[found[0]!]!) <= bytes;
    const whole = count > 1 && found.length === count && fits;
    if (whole && trial.reads.every((read) => complete.has(read))) complete.add(trial);
  }
  return worthwhile(graph, complete, fixed, bytes);
}

/**
 * Of each stack, what leads to a product or to what reads two of its layers, and what comes before the
 * first, if there are enough products.
 */
function worthwhile(
  { nodes }: Graph,
  complete: ReadonlySet<Trial>,
  fixed: ReadonlySet<NodeId>,
  bytes: number,
): Layer[] {
  const useful = new Set<Trial>();
  for (const trial of [...complete].reverse()) {
    // What only reads one layer more can be computed by whoever reads it out of the stack.
    const gathers = trial.isProduct || new Set(trial.reads).size > 1;
    if (gathers || useful.has(trial)) for (const one of [trial, ...trial.reads]) useful.add(one);
  }
  const stacks = new Map<readonly NodeId[], Trial[]>();
  for (const trial of complete) {
    const { matrices } = trial;
    if (!useful.has(trial) || trial.nodes === matrices) continue;
    stacks.set(matrices, [...(stacks.get(matrices) ?? []), trial]);
  }
  const layers: Layer[] = [];
  const entered: (readonly NodeId[])[] = [];
  for (const stack of stacks.values()) {
    const inside = new Set(stack.flatMap((layer) => layer.nodes));
    const entries = new Map<string, readonly NodeId[]>();
    for (const layer of stack) {
      nodes[layer.nodes[0]!]!.inputs.forEach((input, i) => {
        const entry = layer.nodes.map((id) => nodes[id]!.inputs[i]!);
        const isShared = entry.every((id) => id === input);
        if (!isShared && !inside.has(input)) entries.set(entry.join(), entry);
      });
    }
    const products = stack.filter(({ isProduct }) => isProduct).length;
    const fits = ([id, ...others]: readonly NodeId[]) =>
      (others.length + 1) * bytesOf(nodes[id!]!) <= bytes;
    if (products < PRODUCTS * entries.size || ![...entries.values()].every(fits)) continue;
    layers.push(...stack);
    entered.push(...entries.values());
  }
  const taken = new Set(layers.flatMap((layer) => layer.nodes));
  for (const layer of entered.flatMap((entry) => leadingTo(nodes, entry, fixed, bytes))) {
    // Two entries may come from the same nodes, or from another stack.
    if (layer.nodes.some((id) => taken.has(id))) continue;
    for (const id of layer.nodes) taken.add(id);
    layers.push(layer);
  }
  return layers;
}

/**
 * What can be computed over the stack too before it enters the first product, such as the division by its
 * norm: everything from the last place on where it was one tensor for each member, and no larger.
 */
function leadingTo(
  nodes: readonly GraphNode[],
  entry: readonly NodeId[],
  fixed: ReadonlySet<NodeId>,
  bytes: number,
): Layer[] {
  const passed: Layer[] = [];
  let chosen = 0;
  let frontier = [entry];
  for (;;) {
    // The last of the frontier depends on the others, not they on it: one that is alone is on every way.
    const last = frontier.reduce((a, b) => (b[0]! > a[0]! ? b : a));
    const first = nodes[last[0]!]!;
    if (frontier.length === 1 && sizeOf(first.shape) <= sizeOf(nodes[entry[0]!]!.shape)) {
      chosen = passed.length;
    }
    const kind = kindOf(nodes, first);
    const continues =
      first.op !== 'matmul' &&
      first.inputs.length > 0 &&
      stackedAttrs(first, 1) !== null &&
      last.length * bytesOf(first) <= bytes &&
      new Set(last).size === last.length &&
      last.every((id) => !fixed.has(id) && kindOf(nodes, nodes[id]!) === kind);
    if (!continues) return passed.slice(0, chosen);
    passed.push({ nodes: last });
    frontier = frontier.filter((tuple) => tuple !== last);
    first.inputs.forEach((input, i) => {
      const tuple = last.map((id) => nodes[id]!.inputs[i]!);
      const isShared = tuple.every((id) => id === input);
      const isKnown = frontier.some((other) => other.every((id, k) => id === tuple[k]));
      if (!isShared && !isKnown) frontier.push(tuple);
    });
    if (frontier.length === 0) return passed.slice(0, chosen);
  }
}

/**
 * Matrices that are multiplied by themselves, and a key that is equal for those that make a stack: their
 * products are alike, and none of them can depend on another, since as many products come after each.
 */
function seedsOf({ nodes }: Graph, live: readonly boolean[]): ReadonlyMap<NodeId, string> {
  const heights = productsAfter(nodes, live);
  const seeds = new Map<NodeId, string>();
  nodes.forEach((node, id) => {
    const [a, b] = node.inputs;
    if (!live[id] || node.op !== 'matmul' || a !== b) return;
    seeds.set(a!, `square ${heights[id]} ${kindOf(nodes, node)}`);
  });
  return seeds;
}

/** Equal for nodes that do the same to operands of the same types. */
function kindOf(nodes: readonly GraphNode[], { op, attrs, inputs }: GraphNode): string {
  const types = inputs.map((input) => [nodes[input]!.dtype, nodes[input]!.shape]);
  const sorted = Object.entries(attrs).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([op, sorted, types]);
}

/** For each node, how many products lie on the longest way from it to a result. */
function productsAfter(nodes: readonly GraphNode[], live: readonly boolean[]): number[] {
  const heights = new Array<number>(nodes.length).fill(0);
  for (let id = nodes.length - 1; id >= 0; id--) {
    const { op, inputs } = nodes[id]!;
    const height = heights[id]! + (op === 'matmul' ? 1 : 0);
    if (live[id]) for (const input of inputs) heights[input] = Math.max(heights[input]!, height);
  }
  return heights;
}
