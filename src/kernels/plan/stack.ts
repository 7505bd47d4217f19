import { GraphBuilder } from '../graph/builder';
import { withoutDeadNodes } from '../graph/simplify/simplify';
import type { Graph, GraphNode, NodeId } from '../graph/types';
import { operandShape, stackedAttrs } from './stackable';
import { findStacks, type Layer } from './stacks';

/** What is computed at once: a layer, or a node that is in none. */
type Task = Layer | NodeId;

/**
 * The graph with chains of products over matrices of one shape computed as products of stacks, each matrix
 * copied into its stack before the first and read from it where it is used after the last: one launch in
 * place of one for each matrix. Results are equal up to rounding. `bytes` is how large a stack may be.
 */
export function stackProducts(graph: Graph, bytes: number): Graph {
  const layers = findStacks(graph, bytes);
  if (layers.length === 0) return graph;
  const { nodes } = graph;
  const places = new Map<NodeId, { readonly layer: Layer; readonly member: number }>();
  for (const layer of layers) {
    layer.nodes.forEach((id, member) => void places.set(id, { layer, member }));
  }
  const taskOf = (id: NodeId): Task => places.get(id)?.layer ?? id;
  const inputsOf = (task: Task) =>
    typeof task === 'number' ? nodes[task]!.inputs : task.nodes.flatMap((id) => nodes[id]!.inputs);

  const builder = new GraphBuilder();
  const done = new Map<Task, NodeId>();
  /** A node of the new graph that holds what an old one held. */
  const newOf = (id: NodeId): NodeId => {
    const place = places.get(id);
    if (!place) return done.get(id)!;
    const { shape, at } = nodes[id]!;
    const starts = [place.member, ...shape.map(() => 0)];
    const slice = builder.emit(
      'slice',
      [done.get(place.layer)!],
      { starts, sizes: [1, ...shape] },
      at,
    );
    return builder.emit('reshape', [slice], { shape: [...shape] }, at);
  };
  const stackOf = (ids: readonly NodeId[], { at }: GraphNode): NodeId => {
    const layer = places.get(ids[0]!)?.layer;
    if (layer?.nodes.length === ids.length && ids.every((id, i) => layer.nodes[i] === id)) {
      return done.get(layer)!;
    }
    const parts = ids.map((id) =>
      builder.emit('reshape', [newOf(id)], { shape: [1, ...nodes[id]!.shape] }, at),
    );
    return builder.emit('concat', parts, { axis: 0 }, at);
  };
  const compute = (task: Task): NodeId => {
    if (typeof task === 'number') {
      const { op, inputs, attrs, at } = nodes[task]!;
      return builder.emit(op, inputs.map(newOf), attrs, at);
    }
    const node = nodes[task.nodes[0]!]!;
    const count = task.nodes.length;
    const operands = node.inputs.map((input, i) => {
      const ids = task.nodes.map((id) => nodes[id]!.inputs[i]!);
      if (sharesOperand(node) && ids.every((id) => id === input)) return newOf(input);
      return builder.reshape(stackOf(ids, node), operandShape(node, nodes[input]!.shape, count));
    });
    return builder.emit(node.op, operands, stackedAttrs(node, count)!, node.at);
  };

  const begun = new Set<Task>();
  for (let id = 0; id < nodes.length; id++) {
    const path = [taskOf(id)];
    for (let task = path.at(-1); task !== undefined; task = path.at(-1)) {
      const missing = done.has(task)
        ? []
        : inputsOf(task)
            .map(taskOf)
            .filter((one) => !done.has(one));
      if (missing.length > 0) {
        // What waits for itself: members that depend on each other by some other way.
        if (begun.has(task)) return graph;
        begun.add(task);
        path.push(...missing);
        continue;
      }
      if (!done.has(task)) done.set(task, compute(task));
      path.pop();
    }
  }
  const renamed = (names: Readonly<Record<string, NodeId>>) =>
    Object.fromEntries(Object.entries(names).map(([name, id]) => [name, newOf(id)]));
  return withoutDeadNodes(builder.finish(renamed(graph.outputs), renamed(graph.updates)));
}

/** Whether one operand may serve the whole stack: where axes align at the end, it does. */
function sharesOperand({ op }: GraphNode): boolean {
  return !['transpose', 'reshape', 'sum', 'max'].includes(op);
}
