import type { NodeId } from '../graph/types';
import { sizeOf } from '../graph/types';
import { countBindings, type FuseLimits } from './fuse';
import type { Draft } from './prepare';
import { joined, type Unit, type Units } from './units';

/** An op whose kernel can do more with each element of its result than store it. */
export interface EpilogueHost {
  readonly unit: Unit;
  /** The result. */
  readonly result: NodeId;
}

/** A group that is computed where its operand is, element by element, and the unit that stands for both. */
export interface Epilogue extends EpilogueHost {
  readonly group: Unit;
}

/**
 * Gives each host the first group that reads its result in place, and for which no third launch would have
 * to run between: a residual added to a product, an activation, a scale. Groups that update a tensor are
 * left for one launch of all updates. Returns the epilogues by the units that they became.
 */
export function takeEpilogues(
  draft: Draft,
  units: Units,
  hosts: readonly EpilogueHost[],
  limits: FuseLimits,
): ReadonlyMap<Unit, Epilogue> {
  const taken = new Map<Unit, Epilogue>();
  // The latest first: a group that reads several results belongs to the last of them.
  const position = new Map(units.ordered.map((unit, n) => [unit, n]));
  const latest = [...hosts].sort((a, b) => position.get(b.unit)! - position.get(a.unit)!);
  for (const { unit, result } of latest) {
    const count = sizeOf(draft.nodes[result]!.shape);
    for (const group of [...units.readersOf(result)]) {
      if (group.count !== count || !group.reads.get(result)) continue;
      if (group.nodes.some((id) => draft.updateOf.has(id))) continue;
      const both = together(unit, group);
      if (countBindings(draft, units, both, limits) > limits.bindings) continue;
      const merged = units.merge(unit, group, together);
      if (!merged) continue;
      taken.set(merged, { unit, result, group });
      break;
    }
  }
  return taken;
}

/** No group any more: nothing else is ever joined with it. */
function together(a: Unit, b: Unit): Unit {
  return { ...joined(a, b), count: 0 };
}
