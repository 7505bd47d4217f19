import { GraphError } from '../graph/errors';
import { reachableNodes } from '../graph/reach';
import { sameShape } from '../graph/shapes';
import {
  describeType,
  type Graph,
  type GraphNode,
  type NodeId,
  type TensorType,
} from '../graph/types';
import { attrString } from '../ops/op';
import { COPY, isAlias, isMap } from './kinds';

/** A graph ready for planning: only what its results need, with every result in a buffer of its own. */
export interface Draft {
  readonly nodes: GraphNode[];
  /** The node in whose buffer a node's elements lie: itself, save for reshapes and the like. */
  readonly storage: NodeId[];
  /** The node that holds each output. No output shares a buffer with an input or with an update. */
  readonly outputs: ReadonlyMap<string, NodeId>;
  /** The node that holds the new value of each persistent tensor; every name has another node. */
  readonly updates: ReadonlyMap<string, NodeId>;
  /** The name whose new value a node holds: `updates` the other way round. */
  readonly updateOf: ReadonlyMap<NodeId, string>;
  /** The node that reads each input, by the input's name. */
  readonly inputs: ReadonlyMap<string, NodeId>;
}

/** Operands of one concat, where a launch may read as many; a longer one becomes a concat of concats. */
const CONCAT_WIDTH = 4;

/**
 * Leaves out dead nodes, gives every use of a number a constant of its own, and copies where two results, or a
 * result and an input, would share a buffer. No concat has more than `maxReads` operands.
 * Throws GraphError where the graph and the persistent tensors disagree.
 */
export function prepare(
  graph: Graph,
  persistent: Readonly<Record<string, TensorType>>,
  maxReads = CONCAT_WIDTH,
): Draft {
  const concatWidth = Math.max(2, Math.min(CONCAT_WIDTH, maxReads));
  const live = reachableNodes(graph);
  const nodes: GraphNode[] = [];
  const storage: NodeId[] = [];
  const inputs = new Map<string, NodeId>();
  const renamed = new Array<NodeId>(graph.nodes.length);

  const append = (node: GraphNode): NodeId => {
    const id = nodes.push(node) - 1;
    storage.push(isAlias(node.op) ? storage[node.inputs[0]!]! : id);
    return id;
  };
  /** Numbers, and those that are only stretched. */
  const numbers = new Set<NodeId>();
  /**
   * A number that an elementwise node uses, as a constant of its own: equal numbers are one node of a graph,
   * and a launch that had one place for both would need another shader once one of them changes.
   */
  const ownNumber = (id: NodeId): NodeId => {
    if (!numbers.has(id)) return id;
    const node = nodes[id]!;
    return append({ ...node, inputs: node.inputs.map(ownNumber) });
  };
  graph.nodes.forEach((node, id) => {
    if (!live[id]) return;
    const operands = node.inputs.map((input) => renamed[input]!);
    if (node.op === 'input') {
      const name = attrString(node.attrs, 'name');
      if (Object.hasOwn(persistent, name)) expectSameType(name, persistent[name]!, node);
      renamed[id] = inputs.get(name) ?? append(node);
      inputs.set(name, renamed[id]!);
    } else if (isAlias(node.op)) {
      // Straight from the tensor whose elements they are, however many steps there were between.
      const attrs = { shape: node.shape };
      renamed[id] = append({ ...node, op: 'reshape', attrs, inputs: [storage[operands[0]!]!] });
    } else if (node.op === 'concat') {
      renamed[id] = appendConcat(append, nodes, { ...node, inputs: operands }, concatWidth);
    } else {
      const stretches = node.op === 'broadcastTo' && numbers.has(operands[0]!);
      const inputs = isMap(node.op) && !stretches ? operands.map(ownNumber) : operands;
      renamed[id] = append({ ...node, inputs });
    }
    const isNumber = node.op === 'constant' && node.dtype === 'f32';
    const isStretched = node.op === 'broadcastTo' || isAlias(node.op);
    if (isNumber || (isStretched && numbers.has(operands[0]!))) numbers.add(renamed[id]!);
  });

  const copyOf = (id: NodeId): NodeId => {
    const { shape, dtype, at } = nodes[id]!;
    return append({ op: COPY, inputs: [id], attrs: {}, shape, dtype, ...(at ? { at } : {}) });
  };
  const updates = new Map<string, NodeId>();
  const updateOf = new Map<NodeId, string>();
  for (const [name, id] of Object.entries(graph.updates)) {
    if (!Object.hasOwn(persistent, name)) {
      throw new GraphError(`the graph updates ${name}, which the device does not keep`);
    }
    expectSameType(name, persistent[name]!, graph.nodes[id]!);
    let value = storage[renamed[id]!]!;
    if (value === inputs.get(name)) continue;
    if (nodes[value]!.op === 'input' || updateOf.has(value)) value = copyOf(value);
    updateOf.set(value, name);
    updates.set(name, value);
  }
  const outputs = new Map<string, NodeId>();
  const copies = new Map<NodeId, NodeId>();
  for (const [name, id] of Object.entries(graph.outputs)) {
    let value = storage[renamed[id]!]!;
    if (nodes[value]!.op === 'input' || updateOf.has(value)) {
      const copy = copies.get(value) ?? copyOf(value);
      copies.set(value, copy);
      value = copy;
    }
    outputs.set(name, value);
  }
  return { nodes, storage, outputs, updates, updateOf, inputs };
}

function expectSameType(name: string, kept: TensorType, claimed: TensorType): void {
  if (kept.dtype === claimed.dtype && sameShape(kept.shape, claimed.shape)) return;
  throw new GraphError(
    `${name} is kept as ${describeType(kept)}, and the graph has ${describeType(claimed)} for it`,
  );
}

function appendConcat(
  append: (node: GraphNode) => NodeId,
  nodes: readonly GraphNode[],
  node: GraphNode,
  width: number,
): NodeId {
  const axis = node.attrs.axis as number;
  let parts = node.inputs;
  while (parts.length > width) {
    const joined: NodeId[] = [];
    for (let i = 0; i < parts.length; i += width) {
      const some = parts.slice(i, i + width);
      const length = some.reduce((sum, id) => sum + nodes[id]!.shape[axis]!, 0);
      const shape = node.shape.map((n, k) => (k === axis ? length : n));
      joined.push(some.length === 1 ? some[0]! : append({ ...node, inputs: some, shape }));
    }
    parts = joined;
  }
  return append({ ...node, inputs: parts });
}
