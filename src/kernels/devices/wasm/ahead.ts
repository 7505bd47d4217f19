import type { NodeId } from '../../graph/types';
import type { Accesses, Binding, Temporary } from '../../plan/binding';

/** A launch that may come before others; see `ahead`. */
interface Launch {
  readonly kernel: Accesses & { readonly ahead?: boolean };
}

/** Bytes written ahead of time at once, at most: meanwhile they stay in memory. */
const MOST_BYTES = 2 ** 22;

/**
 * Puts launches that are marked `ahead`, such as the packing of weights, together before the launches that come
 * between them, four megabytes at a time: threads then wait once for several of them. None moves before what writes
 * its operands. `storage` names, for each node, the one whose memory it is a view of.
 */
export function runAhead<L extends Launch>(
  launches: readonly L[],
  storage: readonly NodeId[],
): L[] {
  const placeOf = (binding: Binding) => (typeof binding === 'number' ? storage[binding]! : binding);
  const order: L[] = [];
  let start = 0;
  let bytes = 0;
  const written = new Set<Binding>();
  for (const launch of launches) {
    const { reads, writes, ahead } = launch.kernel;
    if (ahead && !reads.some((read) => written.has(placeOf(read)))) {
      const own = sum(writes.filter(isTemporary).map((temporary) => temporary.bytes));
      if (bytes + own > MOST_BYTES) {
        start = order.length;
        bytes = 0;
        written.clear();
      }
      order.splice(start++, 0, launch);
      bytes += own;
      continue;
    }
    for (const write of writes) written.add(placeOf(write));
    order.push(launch);
  }
  return order;
}

function isTemporary(binding: Binding): binding is Temporary {
  return typeof binding === 'object' && 'temporary' in binding;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
