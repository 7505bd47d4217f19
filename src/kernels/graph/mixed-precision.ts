import type { GraphBuilder } from './builder';
import { copyNodes, type NodeRule, rewriteGraph } from './rewrite';
import type { Graph, NodeId } from './types';

/**
 * Copies a graph into a builder as `inlineGraph` does, with both sides of every product rounded to float16
 * (`roundF16`), and returns where each node went. Sums stay in float32, and so does everything else: mixed
 * precision as in Micikevicius et al. (2018), with float32 weights.
 *
 * A graph with gradients is to be rounded once they are in it: rounding itself has none.
 */
export function inlineMixed(b: GraphBuilder, graph: Graph): Map<NodeId, NodeId> {
  return copyNodes(b, graph, roundSides(b));
}

/** The graph with both sides of every product rounded to float16. */
export function withMixedPrecision(graph: Graph): Graph {
  return rewriteGraph(graph, roundSides);
}

function roundSides(b: GraphBuilder): NodeRule {
  return ({ op, attrs }, inputs) => {
    if (op !== 'matmul') return undefined;
    const sides = inputs.map((input) => rounded(b, input));
    return b.emit(op, sides, attrs);
  };
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
