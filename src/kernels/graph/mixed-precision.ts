import { GraphBuilder } from './builder';
import type { Graph, NodeId } from './types';

/**
 * Copies a graph into a builder as `inlineGraph` does, with both sides of every product rounded to float16
 * (`roundF16`), and returns where each node went. Sums stay in float32, and so does everything else: mixed
 * precision as in Micikevicius et al. (2018), with float32 weights.
 *
 * A graph with gradients is to be rounded once they are in it: rounding itself has none.
 */
export function inlineMixed(b: GraphBuilder, graph: Graph): Map<NodeId, NodeId> {
  const map = new Map<NodeId, NodeId>();
  graph.nodes.forEach((node, id) => {
    const inputs = node.inputs.map((input) => map.get(input)!);
    const sides = node.op === 'matmul' ? inputs.map((input) => rounded(b, input)) : inputs;
    map.set(id, b.emit(node.op, sides, node.attrs, node.at));
  });
  return map;
}

/** Ops that only move elements about, so that rounding may come before them. */
const MOVES = new Set(['reshape', 'transpose', 'broadcastTo']);

/**
 * A tensor rounded where it comes from: a weight and its transpose, or a batch and its rows one after the
 * other, are then rounded once for all products.
 */
function rounded(b: GraphBuilder, id: NodeId): NodeId {
  const { op, inputs, attrs } = b.node(id);
  if (op === 'roundF16') return id;
  return MOVES.has(op) ? b.emit(op, [rounded(b, inputs[0]!)], attrs) : b.emit('roundF16', [id]);
}

/** The graph with both sides of every product rounded to float16. */
export function withMixedPrecision(graph: Graph): Graph {
  const b = new GraphBuilder();
  const map = inlineMixed(b, graph);
  const moved = (results: Graph['outputs']) =>
    Object.fromEntries(Object.entries(results).map(([name, id]) => [name, map.get(id)!]));
  return b.finish(moved(graph.outputs), moved(graph.updates));
}
