import { bytesOf, type NodeId, type TensorType } from '../graph/types';
import { attrString } from '../ops/op';
import type { Accesses, Binding } from './binding';
import { assignSlots, type Lifetime } from './lifetimes';
import type { Draft } from './prepare';
import type { Unit } from './units';

/** Launches in order, before their tensors have memory. */
export interface LaunchOrder {
  readonly draft: Draft;
  readonly launches: readonly LaunchAccesses[];
  /** Nodes that are computed in the memory of a persistent tensor, whose name it gives. */
  readonly homes: ReadonlyMap<NodeId, string>;
}

export interface LaunchAccesses {
  readonly kernel: Accesses;
  /** Whose temporaries the kernel's are. */
  readonly unit: Unit;
}

/** A piece of memory that a launch binds. `feed` and `output` are other memory in each run of a call. */
export type Region = { readonly bytes: number } & (
  | { readonly place: 'tensor' | 'feed' | 'output'; readonly name: string }
  | { readonly place: 'slot'; readonly slot: number }
);

export interface Regions {
  of(binding: Binding, unit: Unit): Region;
  /** In falling order, so that graphs which run one after another can share them. */
  readonly slotBytes: readonly number[];
  /** Bytes that are alive in slots at once, at most. */
  readonly aliveBytes: number;
  /** The output in whose region each output lies: its own, or that of an equal one. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** Gives every tensor of a plan its memory. What lives between launches shares slots, by lifetime. */
export function assignRegions(
  { draft, launches, homes }: LaunchOrder,
  tensors: Readonly<Record<string, TensorType>>,
): Regions {
  const { nodes, storage } = draft;
  const first = new Map<NodeId, string>();
  const outputs = new Map<string, string>();
  for (const [name, id] of draft.outputs) {
    first.set(id, first.get(id) ?? name);
    outputs.set(name, first.get(id)!);
  }

  /** A node's region if it is not in a slot. */
  const fixed = (id: NodeId): Region | null => {
    const node = nodes[id]!;
    const bytes = bytesOf(node);
    const home = homes.get(id);
    if (home !== undefined) return { place: 'tensor', name: home, bytes };
    const output = first.get(id);
    if (output !== undefined) return { place: 'output', name: output, bytes };
    if (node.op !== 'input') return null;
    const name = attrString(node.attrs, 'name');
    return { place: Object.hasOwn(tensors, name) ? 'tensor' : 'feed', name, bytes };
  };

  // Lifetimes of what is left, by node, or by the unit and the name of a temporary.
  const lives = new Map<string, { bytes: number; first: number; last: number }>();
  const unitIds = new Map<Unit, number>();
  const keyOf = (binding: Binding, unit: Unit): string => {
    if (typeof binding === 'number') return String(storage[binding]!);
    if (!unitIds.has(unit)) unitIds.set(unit, unitIds.size);
    return `${unitIds.get(unit)} ${binding.temporary}`;
  };
  launches.forEach(({ kernel, unit }, launch) => {
    for (const binding of [...kernel.writes, ...kernel.reads]) {
      const isNode = typeof binding === 'number';
      if (isNode && fixed(storage[binding]!)) continue;
      const key = keyOf(binding, unit);
      const life = lives.get(key);
      if (life) life.last = launch;
      else {
        const bytes = isNode ? bytesOf(nodes[storage[binding]!]!) : binding.bytes;
        lives.set(key, { bytes, first: launch, last: launch });
      }
    }
  });
  const keys = [...lives.keys()];
  const { slots, slotBytes, aliveBytes } = assignSlots([...lives.values()] satisfies Lifetime[]);
  const slotOf = new Map(keys.map((key, i) => [key, slots[i]!]));

  return {
    slotBytes,
    aliveBytes,
    outputs,
    of(binding, unit) {
      const known = typeof binding === 'number' ? fixed(storage[binding]!) : null;
      if (known) return known;
      const key = keyOf(binding, unit);
      return { place: 'slot', slot: slotOf.get(key)!, bytes: lives.get(key)!.bytes };
    },
  };
}
