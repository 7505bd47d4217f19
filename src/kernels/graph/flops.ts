import { opNamed } from '../ops/table';
import { reachableNodes } from './reach';
import { type Graph, type NodeId, sizeOf } from './types';

/** Floating-point operations of one node, a multiply-add counting as two. */
export function flopsOfNode(graph: Graph, id: NodeId): number {
  const node = graph.nodes[id]!;
  const { flops } = opNamed(node.op);
  if (!flops) return sizeOf(node.shape);
  const inputs = node.inputs.map((input) => graph.nodes[input]!);
  return flops(inputs, node, node.attrs);
}

/** Floating-point operations of one run, whatever the device: nodes that nothing depends on are free. */
export function flopsOf(graph: Graph): number {
  return reachableNodes(graph).reduce(
    (total, reachable, id) => (reachable ? total + flopsOfNode(graph, id) : total),
    0,
  );
}
