import type { Graph } from './types';

/** For each node, whether a result or an update depends on it. The others need not be computed. */
export function reachableNodes(graph: Graph): boolean[] {
  const reachable = new Array<boolean>(graph.nodes.length).fill(false);
  for (const id of [...Object.values(graph.outputs), ...Object.values(graph.updates)]) {
    reachable[id] = true;
  }
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    if (reachable[id]) for (const input of graph.nodes[id]!.inputs) reachable[input] = true;
  }
  return reachable;
}
