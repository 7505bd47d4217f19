import { GraphBuilder } from './builder';
import { reachableNodes } from './reach';
import type { Graph, GraphNode, NodeId } from './types';

/** What becomes of a node, its inputs already in the builder; undefined: the same node. */
export type NodeRule = (node: GraphNode, inputs: readonly NodeId[]) => NodeId | undefined;

/** Copies the wanted nodes of a graph into a builder, in order, and returns where each one went. */
export function copyNodes(
  b: GraphBuilder,
  graph: Graph,
  rule: NodeRule,
  wanted: (id: NodeId) => boolean = () => true,
): Map<NodeId, NodeId> {
  const map = new Map<NodeId, NodeId>();
  const before = b.currentLine;
  graph.nodes.forEach((node, id) => {
    if (!wanted(id)) return;
    const inputs = node.inputs.map((input) => map.get(input)!);
    b.currentLine = node.at ?? before;
    map.set(id, rule(node, inputs) ?? b.emit(node.op, inputs, node.attrs));
  });
  b.currentLine = before;
  return map;
}

/** The graph with its nodes replaced by a rule for a new builder, and without those that no result or update depends on. */
export function rewriteGraph(graph: Graph, ruleFor: (b: GraphBuilder) => NodeRule): Graph {
  const b = new GraphBuilder();
  const reachable = reachableNodes(graph);
  const map = copyNodes(b, graph, ruleFor(b), (id) => reachable[id]!);
  return b.finish(renamed(graph.outputs, map), renamed(graph.updates, map));
}

export function renamed(
  names: Readonly<Record<string, NodeId>>,
  map: ReadonlyMap<NodeId, NodeId>,
): Record<string, NodeId> {
  return Object.fromEntries(Object.entries(names).map(([name, id]) => [name, map.get(id)!]));
}
