import type { GraphBuilder } from './builder';
import { GraphError } from './errors';
import { copyNodes } from './rewrite';
import { sameShape } from './shapes';
import { describeType, type Graph, type NodeId } from './types';

/**
 * Copies the nodes of a graph into a builder, and returns where each one went. An input named in
 * `replacements` becomes that node of the builder; any other stays an input of its name, shared with the
 * builder's own of that name. The graph's results are the caller's to read: `map.get(graph.outputs.loss)`.
 */
export function inlineGraph(
  builder: GraphBuilder,
  graph: Graph,
  replacements: Readonly<Record<string, NodeId>> = {},
): Map<NodeId, NodeId> {
  return copyNodes(builder, graph, (node) => {
    const name = node.op === 'input' ? String(node.attrs.name) : undefined;
    if (name === undefined || !Object.hasOwn(replacements, name)) return undefined;
    const given = replacements[name]!;
    const type = builder.type(given);
    if (type.dtype !== node.dtype || !sameShape(type.shape, node.shape)) {
      throw new GraphError(
        `${name} is ${describeType(node)}, and cannot be replaced by ${describeType(type)}`,
        node.at,
      );
    }
    return given;
  });
}
