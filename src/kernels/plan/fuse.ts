import type { NodeId } from '../graph/types';
import { sizeOf } from '../graph/types';
import type { Kept } from './keep';
import { isMap } from './kinds';
import type { Draft } from './prepare';
import { joined, type Unit, type Units } from './units';

/** What decides whether two groups still fit into one launch. */
export interface FuseLimits {
  /** Storage buffers of one launch. */
  readonly bindings: number;
  /** Kept nodes that have to reach memory whoever reads them: results, and what kernels read. */
  readonly required: ReadonlySet<NodeId>;
  /** Counts a persistent tensor that a launch reads and updates as one buffer. */
  readonly updatesInPlace: boolean;
}

/** Kept nodes of one launch, at most: a shader of thousands of lines compiles for seconds. */
const MAX_NODES = 64;

/** One unit for each kept node, to be joined by `fuse`. */
export function groupsOf(draft: Draft, kept: Kept): Unit[] {
  return draft.nodes.flatMap(({ op, shape }, id) =>
    isMap(op) && kept.has(id)
      ? [{ nodes: [id], reads: kept.readsOf(id), count: sizeOf(shape) }]
      : [],
  );
}

/**
 * Gathers kept nodes into launches of as many results as fit: one Adam update of a parameter reads four
 * tensors and writes three, at once. A group is joined with another of equally many elements where one
 * reads the other's result in place, or both read the same tensor in place; single numbers are joined
 * wherever that is possible.
 */
export function fuse(draft: Draft, units: Units, limits: FuseLimits): void {
  const levels = levelsOf(draft, units);
  const merge = (a: Unit, b: Unit): Unit | null =>
    a !== b &&
    a.count > 0 &&
    a.count === b.count &&
    !(a.count === 1 && delaysReaders(units, levels, a, b)) &&
    fits(draft, units, limits, a, b)
      ? units.merge(a, b)
      : null;

  for (let id = 0; id < draft.nodes.length; id++) {
    // A producer with each of its readers, then the readers of one tensor with each other.
    let host = units.producerOf(id);
    for (const reader of [...units.readersOf(id)]) {
      if (host && reader.reads.get(id)) host = merge(host, reader) ?? host;
    }
    mergeAll(
      [...units.readersOf(id)].filter((unit) => unit.reads.get(id)),
      merge,
    );
  }
  mergeAll(
    units.ordered.filter((unit) => unit.count === 1),
    merge,
  );
}

/** How many launches have to run before each node at least, those of single numbers not counted. */
function levelsOf({ nodes }: Draft, units: Units): readonly number[] {
  const levels = new Array<number>(nodes.length).fill(0);
  for (const unit of units.ordered) {
    let level = 0;
    for (const read of unit.reads.keys()) {
      const own = units.producerOf(read)?.count === 1 ? 0 : 1;
      level = Math.max(level, levels[read]! + own);
    }
    for (const node of unit.nodes) levels[node] = level;
  }
  return levels;
}

/**
 * Whether somebody who reads single numbers of one unit, and could run early, would have to wait for what the
 * other one reads: the gradient of a loss needs the number of targets, and not the loss.
 */
function delaysReaders(units: Units, levels: readonly number[], a: Unit, b: Unit): boolean {
  const levelOf = (unit: Unit) => Math.max(...unit.nodes.map((node) => levels[node]!));
  const [early, late] = levelOf(a) <= levelOf(b) ? [a, b] : [b, a];
  const level = levelOf(late);
  return early.nodes.some((node) =>
    [...units.readersOf(node)].some(
      (reader) => reader !== early && reader !== late && levelOf(reader) < level,
    ),
  );
}

function mergeAll(candidates: readonly Unit[], merge: (a: Unit, b: Unit) => Unit | null): void {
  const hosts: Unit[] = [];
  for (const unit of candidates) {
    const joins = hosts.some((host, i) => {
      const both = merge(host, unit);
      if (both) hosts[i] = both;
      return both !== null;
    });
    if (!joins) hosts.push(unit);
  }
}

function fits(draft: Draft, units: Units, limits: FuseLimits, a: Unit, b: Unit): boolean {
  if (a.nodes.length + b.nodes.length > MAX_NODES) return false;
  if (!inPlaceOnly(a, b) || !inPlaceOnly(b, a)) return false;
  const both = joined(a, b);
  return (
    keepsUpdatesInPlace(draft, both) && countBindings(draft, units, both, limits) <= limits.bindings
  );
}

/** Whatever `reader` reads of `writer`'s, it reads at the thread's own place. */
function inPlaceOnly(reader: Unit, writer: Unit): boolean {
  return writer.nodes.every((node) => reader.reads.get(node) !== false);
}

/**
 * A group that overwrites a persistent tensor must not read it elsewhere than in place: joining the two
 * would cost a copy.
 */
function keepsUpdatesInPlace(draft: Draft, unit: Unit): boolean {
  return unit.nodes.every((node) => {
    const old = oldValue(draft, node);
    return old === undefined || unit.reads.get(old) !== false;
  });
}

/** The node that reads the persistent tensor that `node` is the new value of. */
function oldValue({ updateOf, inputs }: Draft, node: NodeId): NodeId | undefined {
  const name = updateOf.get(node);
  return name === undefined ? undefined : inputs.get(name);
}

/** Nodes of a unit that reach memory: results, and what another unit reads. */
export function storedNodes(units: Units, unit: Unit, required: ReadonlySet<NodeId>): NodeId[] {
  const own = new Set(unit.nodes);
  return unit.nodes.filter((node) => {
    if (required.has(node)) return true;
    for (const reader of units.readersOf(node)) {
      if (reader !== unit && !reader.nodes.every((n) => own.has(n))) return true;
    }
    return false;
  });
}

/** Storage buffers of a launch; a tensor that is read and updated in place counts once. */
export function countBindings(
  draft: Draft,
  units: Units,
  unit: Unit,
  { required, updatesInPlace }: FuseLimits,
): number {
  const stored = storedNodes(units, unit, required);
  const read = new Set<NodeId | Unit>();
  for (const id of unit.reads.keys()) read.add(packOf(draft, units, id, required) ?? id);
  const written = new Set<NodeId | Unit>();
  let updated = 0;
  for (const id of stored) {
    written.add(unit.count === 1 && !required.has(id) ? unit : id);
    const old = oldValue(draft, id);
    if (updatesInPlace && old !== undefined && unit.reads.get(old)) updated++;
  }
  return read.size + written.size - updated;
}

/**
 * Single numbers between groups share one small buffer, that of the unit that computes them, so that
 * reading five of them takes one binding.
 */
function packOf(
  { nodes }: Draft,
  units: Units,
  id: NodeId,
  required: ReadonlySet<NodeId>,
): Unit | undefined {
  const producer = units.producerOf(id);
  const packed = producer && producer.count === 1 && isMap(nodes[id]!.op) && !required.has(id);
  return packed ? producer : undefined;
}
