import { identityOf } from './builder';
import type { Graph, NodeId } from './types';

/**
 * The content hash of graphs by name: SHA-256 in hex. Equal for graphs that compute the same things in
 * the same way: neither the order of nodes and names, nor nodes without effect, nor source lines count.
 */
export async function hashGraphs(graphs: Readonly<Record<string, Graph>>): Promise<string> {
  const text = sortedEntries(graphs).map(([name, graph]) => [name, canonicalText(graph)]);
  const bytes = new TextEncoder().encode(JSON.stringify(text));
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A graph as text, its nodes numbered in the order in which its sorted results first need them. */
function canonicalText(graph: Graph): string {
  const number = new Map<NodeId, number>();
  const lines: string[] = [];
  const visit = (root: NodeId) => {
    // A stack of its own: a graph may be deeper than JavaScript's.
    const stack = [root];
    while (stack.length > 0) {
      const id = stack.at(-1)!;
      const { op, inputs, attrs } = graph.nodes[id]!;
      const missing = number.has(id) ? undefined : inputs.find((input) => !number.has(input));
      if (missing !== undefined) {
        stack.push(missing);
        continue;
      }
      stack.pop();
      if (number.has(id)) continue;
      number.set(id, lines.length);
      lines.push(
        identityOf(
          op,
          inputs.map((input) => number.get(input)!),
          attrs,
        ),
      );
    }
    return number.get(root)!;
  };
  const named = (names: Readonly<Record<string, NodeId>>) =>
    sortedEntries(names).map(([name, id]) => [name, visit(id)]);
  return JSON.stringify({
    outputs: named(graph.outputs),
    updates: named(graph.updates),
    nodes: lines,
  });
}

/** By code unit, the same on every machine whatever its language. */
function sortedEntries<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
