import { BYTES_PER_ELEMENT, type NodeId, sizeOf } from '../../graph/types';
import { attrString } from '../../ops/op';
import { type Block, blockLayout } from '../../plan/binding';
import { Expressions, elementIndex } from '../../plan/expressions';
import { storedNodes } from '../../plan/fuse';
import type { Kept } from '../../plan/keep';
import type { Draft } from '../../plan/prepare';
import { joined, type Unit, type Units } from '../../plan/units';
import { type Arrangement, nodeKey, tensorKey } from './arrangement';
import { WgslWriter } from './writer';

/** What flattening has to know of the plan around it. */
export interface FlattenContext {
  readonly draft: Draft;
  readonly kept: Kept;
  readonly units: Units;
  readonly required: ReadonlySet<NodeId>;
  readonly isPersistent: (name: string) => boolean;
  readonly arrangement: Arrangement;
  /** Bytes of one binding, at most. */
  readonly bindingBytes: number;
}

/** Launches that became one: the tensors of each role lie side by side, in the order of the members. */
export interface Flattened {
  /** By the flat unit: the block that each tensor of its first member begins. */
  readonly roles: ReadonlyMap<Unit, ReadonlyMap<NodeId, Block>>;
  /** Blocks between launches. */
  readonly slotBlocks: readonly (readonly NodeId[])[];
  /** Blocks of persistent tensors that were not side by side before. */
  readonly tensorBlocks: readonly (readonly string[])[];
}

/** A group whose every tensor is read and written at the thread's own place, or is a single number. */
interface Candidate {
  readonly unit: Unit;
  /** Equal for groups that compute the same thing, whatever the number of elements. */
  readonly signature: string;
  /** The tensors that are read, then those that are written, in the order of the text. */
  readonly roles: readonly NodeId[];
  /** What each of them occupies, for `Arrangement`; an updated tensor occupies what it is read from. */
  readonly keys: readonly string[];
  /** Where in which known block its persistent tensors lie. */
  readonly known: { readonly block: string; readonly position: number } | null;
}

/**
 * Joins groups that do the same to tensors of different sizes, such as the updates of all parameters under
 * one rule, into launches over all of their elements: the tensors of each role are laid side by side, every
 * role in the same order, so that one index serves them all. Single numbers are shared by all members.
 */
export function flatten(context: FlattenContext): Flattened {
  const { draft, units, arrangement } = context;
  const alike = new Map<string, Candidate[]>();
  for (const unit of units.ordered) {
    const candidate = candidateOf(context, unit);
    if (!candidate) continue;
    const group = `${candidate.signature} ${candidate.known?.block ?? ''}`;
    alike.set(group, [...(alike.get(group) ?? []), candidate]);
  }

  const roles = new Map<Unit, ReadonlyMap<NodeId, Block>>();
  const slotBlocks: NodeId[][] = [];
  const tensorBlocks: string[][] = [];
  const taken = new Set<string>();
  // A tensor lies in one block: what binds most, such as the updates, comes before what only reads the weights.
  const bindings = (group: readonly Candidate[]) => group.length * group[0]!.roles.length;
  for (const group of [...alike.values()].sort((a, b) => bindings(b) - bindings(a))) {
    for (const { unit, members } of gather(context, group, taken)) {
      const blocks = new Map<NodeId, Block>();
      const first = members[0]!;
      first.roles.forEach((id, role) => {
        const block = members.map((member) => member.roles[role]!);
        blocks.set(id, { block });
        const isFirst = first.keys.indexOf(first.keys[role]!) === role;
        if (!isFirst) return;
        const names = block.map((node) => persistentName(draft, node));
        if (names[0] === undefined) slotBlocks.push(block);
        else if (!first.known) tensorBlocks.push(names as string[]);
      });
      roles.set(unit, blocks);
    }
  }
  arrangement.blocks.push(...tensorBlocks);
  return { roles, slotBlocks, tensorBlocks };
}

interface Gathered {
  readonly unit: Unit;
  readonly members: readonly Candidate[];
}

/** Merges candidates of one signature, as far as order and sizes allow. Those left alone are left out. */
function gather(
  { units, bindingBytes }: FlattenContext,
  candidates: readonly Candidate[],
  taken: Set<string>,
): Gathered[] {
  const sorted = [...candidates].sort(
    (a, b) => (a.known?.position ?? 0) - (b.known?.position ?? 0) || compare(a.keys, b.keys),
  );
  const done: Gathered[] = [];
  let host: { unit: Unit; members: Candidate[] } | null = null;
  const close = () => {
    if (!host) return;
    if (host.members.length > 1) done.push(host);
    else for (const key of host.members[0]!.keys) taken.delete(key);
    host = null;
  };
  for (const candidate of sorted) {
    if (candidate.keys.some((key) => taken.has(key))) continue;
    const members: Candidate[] = host ? (host as Gathered).members.slice() : [];
    const last = members.at(-1);
    const follows = !last?.known || last.known.position + 1 === candidate.known!.position;
    const sizes = [...members, candidate].map(({ unit }) => unit.count);
    const fits = sizesFit(sizes, bindingBytes);
    const merged: Unit | null =
      host && follows && fits
        ? units.merge((host as Gathered).unit, candidate.unit, flatUnit)
        : null;
    if (merged) host = { unit: merged, members: [...members, candidate] };
    else {
      close();
      host = { unit: candidate.unit, members: [candidate] };
    }
    for (const key of candidate.keys) taken.add(key);
  }
  close();
  return done;
}

function sizesFit(sizes: readonly number[], bindingBytes: number): boolean {
  return blockLayout(sizes).total * BYTES_PER_ELEMENT <= bindingBytes;
}

/** `a`, flat already or about to be, with one more member. */
function flatUnit(a: Unit, b: Unit): Unit {
  const members = [...(a.members ?? [a]), b];
  const sizes = members.map(({ count }) => count);
  return { ...joined(a, b), count: blockLayout(sizes).total, members };
}

function compare(a: readonly string[], b: readonly string[]): number {
  const [x, y] = [a.join(), b.join()];
  return x < y ? -1 : x > y ? 1 : 0;
}

function candidateOf(context: FlattenContext, unit: Unit): Candidate | null {
  const { draft, kept, units, required, arrangement } = context;
  if (unit.count <= 1 || unit.members) return null;
  const reads: NodeId[] = [];
  let regular = true;
  const writer = new WgslWriter((id, place) => {
    const { shape, dtype } = draft.nodes[id]!;
    if (place === 'i') {
      const known = reads.indexOf(id);
      return `${dtype} ${known >= 0 ? known : reads.push(id) - 1}`;
    }
    regular &&= sizeOf(shape) === 1;
    return `number ${id}`;
  });
  const expressions = new Expressions(draft, kept, unit, writer, elementIndex(unit.count));
  const values = new Map(unit.nodes.map((id) => [id, expressions.valueOf(id)]));
  // What depends on the place itself, such as a random number, does so in a tensor of its own shape.
  if (!regular || writer.lines.some((line) => /\bi\b/.test(line))) return null;

  const stored = storedNodes(units, unit, required);
  const outputs = new Set(draft.outputs.values());
  const roles = [...reads, ...stored];
  const keys = roles.map((id) => keyOf(context, id)).filter((key) => key !== null);
  if (keys.length < roles.length || keys.some((key) => arrangement.refused.has(key))) return null;
  if (roles.some((id) => outputs.has(id))) return null;
  const names = roles.map((id) => persistentName(draft, id));
  const known = knownPlace(arrangement, names);
  if (known === undefined) return null;
  const signature = JSON.stringify([
    writer.lines,
    writer.numbers,
    stored.map((id) => [values.get(id), draft.nodes[id]!.dtype]),
    names.map((name) => name !== undefined),
    keys.map((key) => keys.indexOf(key)),
  ]);
  return { unit, signature, roles, keys, known };
}

/** Null for what cannot be moved beside something else: feeds. */
function keyOf({ draft, isPersistent }: FlattenContext, id: NodeId): string | null {
  const name = persistentName(draft, id);
  if (name === undefined) return nodeKey(id);
  return isPersistent(name) ? tensorKey(name) : null;
}

/** The tensor that a node reads or is the new value of. */
function persistentName({ nodes, updateOf }: Draft, id: NodeId): string | undefined {
  const { op, attrs } = nodes[id]!;
  return op === 'input' ? attrString(attrs, 'name') : updateOf.get(id);
}

/** Where the tensors lie already: null where none of them does, undefined where they do not go together. */
function knownPlace(
  { blocks }: Arrangement,
  names: readonly (string | undefined)[],
): Candidate['known'] | undefined {
  const places = names.flatMap((name) => {
    if (name === undefined) return [];
    const n = blocks.findIndex((block) => block.includes(name));
    return [n < 0 ? null : ([n, blocks[n]!.indexOf(name)] as const)];
  });
  if (places.every((place) => place === null)) return null;
  const position = places[0]?.[1];
  if (position === undefined || places.some((place) => place?.[1] !== position)) return undefined;
  return { block: places.map((place) => place?.[0]).join(), position };
}
