import { elementwiseNamed } from '../../ops/elementwise/elementwise';
import { reachableNodes } from '../reach';
import { renamed, rewriteGraph } from '../rewrite';
import type { Graph, NodeId } from '../types';
import { ELEMENTWISE_RULES, foldScalars, stretchLast } from './elementwise-rules';
import { Rewriter, type Rule } from './rewriter';
import { SHAPE_RULES } from './shape-rules';

/**
 * A graph of the same results in fewer and cheaper nodes: constants folded, identities removed, shapes
 * changed in one move instead of several, and nothing left that no result depends on. It drops
 * stopGradient, so it comes after differentiation. Results are equal up to rounding, and NaN and
 * infinity arise wherever they did.
 */
export function simplify(graph: Graph): Graph {
  const rewriter = new Rewriter(rulesOf);
  const map = new Map<NodeId, NodeId>();
  const reachable = reachableNodes(graph);
  graph.nodes.forEach((node, id) => {
    if (!reachable[id]) return;
    rewriter.line = node.at;
    const inputs = node.inputs.map((input) => map.get(input)!);
    map.set(id, rewriter.emit(node.op, inputs, node.attrs));
  });
  return withoutDeadNodes(
    rewriter.builder.finish(renamed(graph.outputs, map), renamed(graph.updates, map)),
  );
}

/** The graph without the nodes that no result or update depends on. */
export function withoutDeadNodes(graph: Graph): Graph {
  return rewriteGraph(graph, () => () => undefined);
}

function rulesOf(op: string): readonly Rule[] {
  if (!elementwiseNamed(op)) return SHAPE_RULES[op] ?? [];
  const own = ELEMENTWISE_RULES[op];
  return own ? [foldScalars, stretchLast, own] : [foldScalars, stretchLast];
}
