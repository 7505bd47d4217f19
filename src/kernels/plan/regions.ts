import {
  BYTES_PER_ELEMENT,
  bytesOf,
  type GraphNode,
  type NodeId,
  sizeOf,
  type TensorType,
} from '../graph/types';
import { attrString } from '../ops/op';
import { type Accesses, type Binding, type Block, blockLayout, type Temporary } from './binding';
import { assignSlots, type Lifetime } from './lifetimes';
import type { Draft } from './prepare';
import type { Unit } from './units';

/** Launches in order, before their tensors have memory. */
export interface LaunchOrder {
  readonly draft: Draft;
  readonly launches: readonly LaunchAccesses[];
  /** Nodes that are computed in the memory of a persistent tensor, whose name it gives. */
  readonly homes: ReadonlyMap<NodeId, string>;
  /** Nodes that lie side by side between launches, in this order; no node is in two of them. */
  readonly blocks?: readonly (readonly NodeId[])[];
}

export interface LaunchAccesses {
  readonly kernel: Accesses;
  /** Whose temporaries the kernel's are. */
  readonly unit: Unit;
}

/** A piece of memory that a launch binds. `feed` and `output` are other memory in each run of a call. */
export type Region = { readonly bytes: number } & (
  | { readonly place: 'tensor' | 'feed' | 'output'; readonly name: string }
  /** `offset`: bytes from the slot's beginning. */
  | { readonly place: 'slot'; readonly slot: number; readonly offset: number }
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
  { draft, launches, homes, blocks = [] }: LaunchOrder,
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

  const inBlocks = tenantsOfBlocks(nodes, blocks);
  const unitIds = new Map<Unit, number>();
  const tenantOf = (one: NodeId | Temporary, unit: Unit): Tenant => {
    if (typeof one === 'number') {
      const id = storage[one]!;
      const bytes = bytesOf(nodes[id]!);
      return inBlocks.get(id) ?? { key: String(id), whole: bytes, offset: 0, bytes };
    }
    if (!unitIds.has(unit)) unitIds.set(unit, unitIds.size);
    const key = `${unitIds.get(unit)} ${one.temporary}`;
    return { key, whole: one.bytes, offset: 0, bytes: one.bytes };
  };

  // Lifetimes of what is left: of a node, of a whole block, or of a temporary of some unit.
  const lives = new Map<string, { bytes: number; first: number; last: number }>();
  launches.forEach(({ kernel, unit }, launch) => {
    for (const one of [...kernel.writes, ...kernel.reads].map(firstOf)) {
      if (typeof one === 'number' && fixed(storage[one]!)) continue;
      const { key, whole } = tenantOf(one, unit);
      const life = lives.get(key);
      if (life) life.last = launch;
      else lives.set(key, { bytes: whole, first: launch, last: launch });
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
      const one = firstOf(binding);
      const place = typeof one === 'number' ? fixed(storage[one]!) : null;
      const tenant = tenantOf(one, unit);
      const bytes = one === binding ? tenant.bytes : bytesOfBlock(nodes, binding as Block);
      if (place) return { ...place, bytes };
      return { place: 'slot', slot: slotOf.get(tenant.key)!, offset: tenant.offset, bytes };
    },
  };
}

/** What has a slot to itself while it lives, and where in it a tensor lies. In bytes. */
interface Tenant {
  readonly key: string;
  readonly whole: number;
  readonly offset: number;
  readonly bytes: number;
}

function tenantsOfBlocks(
  nodes: readonly GraphNode[],
  blocks: readonly (readonly NodeId[])[],
): ReadonlyMap<NodeId, Tenant> {
  const tenants = new Map<NodeId, Tenant>();
  for (const block of blocks) {
    const key = `block ${block[0]}`;
    const { offsets } = blockLayout(block.map((id) => sizeOf(nodes[id]!.shape)));
    const whole = bytesOfBlock(nodes, { block });
    block.forEach((id, i) => {
      const offset = offsets[i]! * BYTES_PER_ELEMENT;
      tenants.set(id, { key, whole, offset, bytes: bytesOf(nodes[id]!) });
    });
  }
  return tenants;
}

function bytesOfBlock(nodes: readonly GraphNode[], { block }: Block): number {
  return blockLayout(block.map((id) => sizeOf(nodes[id]!.shape))).total * BYTES_PER_ELEMENT;
}

/** The tensor with which a binding begins. */
function firstOf(binding: Binding): NodeId | Temporary {
  return typeof binding === 'object' && 'block' in binding ? binding.block[0]! : binding;
}
