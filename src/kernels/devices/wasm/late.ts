import { type NodeId, sizeOf } from '../../graph/types';
import type { Accesses, Binding } from '../../plan/binding';
import type { Draft } from '../../plan/prepare';

/** Elements that launches which run late read, at most: meanwhile they stay in memory. */
const MOST_ELEMENTS = 2 ** 20;

/** What has to be known of a graph; `homes`: nodes that are computed in the memory of a persistent tensor. */
export interface LateContext extends Pick<Draft, 'nodes' | 'storage' | 'inputs'> {
  readonly homes: ReadonlyMap<NodeId, string>;
}

/**
 * Puts launches whose results no other one reads, such as updates of weights, together behind the launches that
 * come between them, until they read four megabytes that were computed: threads then wait once for several of them.
 * None moves behind what overwrites a tensor that it reads.
 */
export function runLate<L extends { readonly kernel: Accesses }>(
  launches: readonly L[],
  { nodes, storage, inputs, homes }: LateContext,
): L[] {
  const nodesOf = (bindings: readonly Binding[]) =>
    bindings.filter((binding) => typeof binding === 'number').map((id) => storage[id]!);
  const used = new Set(launches.flatMap(({ kernel }) => nodesOf(kernel.reads)));
  const isLast = ({ writes }: Accesses) =>
    writes.every((binding) => typeof binding === 'number' && !used.has(storage[binding]!));

  const order: L[] = [];
  const waiting: L[] = [];
  const read = new Set<NodeId>();
  const runWaiting = () => {
    order.push(...waiting.splice(0));
    read.clear();
  };
  for (const launch of launches) {
    if (isLast(launch.kernel)) {
      waiting.push(launch);
      for (const id of nodesOf(launch.kernel.reads)) read.add(id);
      const computed = [...read].filter((id) => nodes[id]!.op !== 'input');
      if (sum(computed.map((id) => sizeOf(nodes[id]!.shape))) >= MOST_ELEMENTS) runWaiting();
      continue;
    }
    const overwritten = nodesOf(launch.kernel.writes).map((id) => inputs.get(homes.get(id) ?? ''));
    if (overwritten.some((id) => id !== undefined && read.has(id))) runWaiting();
    order.push(launch);
  }
  runWaiting();
  return order;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
