import type { NodeId } from '../graph/types';
import { sizeOf } from '../graph/types';
import { countBindings, type FuseLimits } from './fuse';
import type { Kept } from './keep';
import type { Draft } from './prepare';
import { joined, type Unit, type Units } from './units';

/** An op whose kernel can compute elements of an operand instead of loading them. */
export interface PrologueHost {
  readonly unit: Unit;
  readonly operand: NodeId;
}

/** A group that is computed wherever its only reader would load what it stores. */
export interface Prologue extends PrologueHost {
  readonly group: Unit;
}

/** A kernel loads an element two or three times, and computes it as often: more additions than these are stored. */
const CHEAP = 4;

/**
 * Gives each host the group that computes its operand, where nobody else wants any of it, it is short, and
 * no third launch would have to run between. Returns the prologues by the units that they became.
 */
export function takePrologues(
  draft: Draft,
  kept: Kept,
  units: Units,
  hosts: readonly PrologueHost[],
  limits: FuseLimits,
): ReadonlyMap<Unit, Prologue> {
  const taken = new Map<Unit, Prologue>();
  const results = new Set([...draft.outputs.values(), ...draft.updates.values()]);
  for (const { unit, operand } of hosts) {
    const group = units.producerOf(operand);
    if (!group || !isShort(draft, kept, group, operand) || results.has(operand)) continue;
    const readers = units.readersOf(operand);
    if (readers.size !== 1 || !readers.has(unit)) continue;
    const both: Unit = { ...joined(group, unit), count: 0 };
    if (countBindings(draft, units, both, limits) > limits.bindings) continue;
    const merged = units.merge(group, unit, () => both);
    if (merged) taken.set(merged, { unit, operand, group });
  }
  return taken;
}

function isShort({ nodes }: Draft, kept: Kept, group: Unit, operand: NodeId): boolean {
  return (
    group.nodes.length === 1 &&
    !group.members &&
    group.count > 1 &&
    group.count === sizeOf(nodes[operand]!.shape) &&
    nodes[operand]!.dtype === 'f32' &&
    kept.costOf(operand) <= CHEAP
  );
}
