import type { NodeId } from '../graph/types';
import { sizeOf } from '../graph/types';
import { COPY } from './kinds';
import type { Draft } from './prepare';
import type { Unit, Units } from './units';

/** Where the new values of persistent tensors are computed. */
export interface PlacedUpdates {
  /** Nodes that are computed in the very memory of a persistent tensor, by node. */
  readonly homes: ReadonlyMap<NodeId, string>;
  /** Groups that overwrite a tensor which they read at the same place: the old value's node, by the new one's. */
  readonly overwrites: ReadonlyMap<NodeId, NodeId>;
}

/**
 * Gives each new value the memory of the tensor it replaces, where everyone who reads the old value can
 * run before. Where not (two tensors that change places), it is computed elsewhere and copied at the end.
 */
export function placeUpdates(draft: Draft, units: Units): PlacedUpdates {
  const homes = new Map<NodeId, string>();
  const overwrites = new Map<NodeId, NodeId>();
  const waiting: (readonly [string, NodeId])[] = [];
  for (const [name, value] of draft.updates) {
    const old = draft.inputs.get(name);
    if (old !== undefined && !readersRunBefore(units, old, value)) {
      waiting.push([name, value]);
      continue;
    }
    homes.set(value, name);
    if (old !== undefined && units.producerOf(value)!.reads.has(old)) overwrites.set(value, old);
  }
  for (const [name, value] of waiting) {
    const copy = appendCopy(draft, value);
    const count = sizeOf(draft.nodes[copy]!.shape);
    const unit = units.append({ nodes: [copy], reads: new Map([[value, true]]), count });
    for (const reader of units.readersOf(draft.inputs.get(name)!)) units.require(reader, unit);
    homes.set(copy, name);
  }
  return { homes, overwrites };
}

function readersRunBefore(units: Units, old: NodeId, value: NodeId): boolean {
  const writer = units.producerOf(value)!;
  return [...units.readersOf(old)].every((reader) =>
    reader === writer ? readsInPlaceOnly(writer, old) : units.require(reader, writer),
  );
}

function readsInPlaceOnly(unit: Unit, old: NodeId): boolean {
  return unit.count > 0 && unit.reads.get(old) === true;
}

function appendCopy(draft: Draft, value: NodeId): NodeId {
  const { shape, dtype } = draft.nodes[value]!;
  const copy = draft.nodes.push({ op: COPY, inputs: [value], attrs: {}, shape, dtype }) - 1;
  draft.storage.push(copy);
  return copy;
}
