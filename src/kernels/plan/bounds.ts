import type { PlanSummary } from '../devices/device';
import { bytesOf, type Graph, type NodeId, type TensorType } from '../graph/types';
import { prepare } from './prepare';

/** What no plan of a graph can do without, to hold a plan against. All in bytes. */
export interface Bounds {
  /**
   * Traffic of one run on a machine that keeps everything else on the chip: each tensor that is kept or
   * fed is read once if it is needed at all, each update and each output is written once. A bound for
   * certain, and far below what a cache of real size allows.
   */
  readonly leastTraffic: number;
  /**
   * Traffic when every product (matrix product, attention) reads its operands and writes its result once,
   * and whatever lies between products is fused into them and moves nothing; tensors that no product
   * touches move as in `leastTraffic`. What a perfect fuser would reach without joining two products.
   */
  readonly productTraffic: number;
  /**
   * Memory of a session with this graph alone, its launches in the plan's order: tensors that are kept,
   * one set of feeds and outputs, and the most that is alive between launches at once.
   */
  readonly leastMemory: number;
}

/** Computes the bounds of a graph over the tensors that a session keeps, and of one plan of it. */
export function boundsOf(
  graph: Graph,
  tensors: Readonly<Record<string, TensorType>>,
  { aliveBytes }: Pick<PlanSummary, 'aliveBytes'>,
): Bounds {
  const { nodes, storage, inputs, outputs, updates } = prepare(graph, tensors);
  const total = (ids: Iterable<NodeId>) => {
    let sum = 0;
    for (const id of ids) sum += bytesOf(nodes[id]!);
    return sum;
  };
  const ends = [...inputs.values(), ...updates.values(), ...new Set(outputs.values())];

  let productTraffic = 0;
  const touched = new Set<NodeId>();
  nodes.forEach((node, id) => {
    if (!isProduct(node.op)) return;
    const moved = [...new Set(node.inputs.map((input) => storage[input]!)), id];
    productTraffic += total(moved);
    for (const one of moved) touched.add(one);
  });
  const fed = [...inputs].filter(([name]) => !Object.hasOwn(tensors, name)).map(([, id]) => id);
  const kept = Object.values(tensors).reduce((sum, type) => sum + bytesOf(type), 0);
  return {
    leastTraffic: total(ends),
    productTraffic: productTraffic + total(ends.filter((id) => !touched.has(id))),
    leastMemory: kept + total(fed) + total(new Set(outputs.values())) + aliveBytes,
  };
}

/** Ops whose every result needs whole rows of their operands, many times over. */
function isProduct(op: string): boolean {
  return op === 'matmul' || op.startsWith('attention');
}
