import type { NodeId } from '../graph/types';

/**
 * What becomes one launch (a fused group of kept elementwise nodes) or the launches of one op's lowering.
 * Units form a graph of their own: who reads what another one computes.
 */
export interface Unit {
  /** The nodes computed here, ascending. */
  readonly nodes: readonly NodeId[];
  /** Tensors read from outside; true where each thread reads only at its own place. */
  readonly reads: ReadonlyMap<NodeId, boolean>;
  /** Threads of a fused group; 0 for kernels of an op, which are never merged with anything. */
  readonly count: number;
  /** Groups that do the same to tensors of any size, as one launch over all of their elements (flatten.ts). */
  readonly members?: readonly Unit[];
}

const NOBODY: ReadonlySet<Unit> = new Set();

/**
 * Units in an order in which they can be launched, kept valid while units are merged and constraints are
 * added. Only the stretch between the two units in question is searched and reordered, as in Pearce &
 * Kelly, "A dynamic topological sort algorithm for directed acyclic graphs" (2007).
 */
export class Units {
  readonly #order: Unit[] = [];
  readonly #position = new Map<Unit, number>();
  readonly #producers = new Map<NodeId, Unit>();
  readonly #readers = new Map<NodeId, Set<Unit>>();
  /** Units that must come later though they read nothing of this one. */
  readonly #later = new Map<Unit, Set<Unit>>();

  /** Units may come in any order. Throws when they read each other in a circle. */
  constructor(units: readonly Unit[]) {
    for (const unit of units) this.#connect(unit);
    const waiting = new Map(
      units.map((unit) => {
        const from = [...unit.reads.keys()].map((node) => this.#producers.get(node));
        return [unit, new Set(from.filter((u) => u !== undefined)).size];
      }),
    );
    const ready = units.filter((unit) => waiting.get(unit) === 0);
    for (let unit = ready.shift(); unit; unit = ready.shift()) {
      this.#position.set(unit, this.#order.push(unit) - 1);
      for (const next of new Set(this.successorsOf(unit))) {
        const left = waiting.get(next)! - 1;
        waiting.set(next, left);
        if (left === 0) ready.push(next);
      }
    }
    if (this.#order.length < units.length) throw new Error('units read each other in a circle');
  }

  /** In launching order. */
  get ordered(): readonly Unit[] {
    return this.#order;
  }

  producerOf(node: NodeId): Unit | undefined {
    return this.#producers.get(node);
  }

  readersOf(node: NodeId): ReadonlySet<Unit> {
    return this.#readers.get(node) ?? NOBODY;
  }

  *successorsOf(unit: Unit): Iterable<Unit> {
    for (const node of unit.nodes) yield* this.readersOf(node);
    yield* this.#later.get(unit) ?? NOBODY;
  }

  /** Adds a unit that nobody reads, at the end. */
  append(unit: Unit): Unit {
    this.#connect(unit);
    this.#position.set(unit, this.#order.push(unit) - 1);
    return unit;
  }

  /**
   * Puts one unit in the place of two; null, and nothing changes, where a third would have to run between.
   * `make` says what the two become.
   */
  merge(a: Unit, b: Unit, make: (a: Unit, b: Unit) => Unit = joined): Unit | null {
    const [first, second] = this.#at(a) < this.#at(b) ? [a, b] : [b, a];
    const after = this.#reachedBefore([...this.successorsOf(first)], second, second);
    if (!after) return null;
    const unit = make(a, b);
    for (const old of [first, second]) {
      for (const read of old.reads.keys()) this.#readers.get(read)?.delete(old);
      for (const later of this.#later.values()) if (later.delete(old)) later.add(unit);
    }
    const later = [...(this.#later.get(first) ?? []), ...(this.#later.get(second) ?? [])];
    this.#later.delete(first);
    this.#later.delete(second);
    this.#connect(unit);
    if (later.length > 0) this.#later.set(unit, new Set(later.filter((u) => u !== unit)));
    this.#reorder(this.#at(first), this.#at(second), after, [first, second], [unit]);
    return unit;
  }

  /** Makes `second` come after `first`, unless it has to come before: then nothing changes, and false. */
  require(first: Unit, second: Unit): boolean {
    if (first === second) return true;
    if (this.#at(second) < this.#at(first)) {
      const after = this.#reachedBefore([second], first);
      if (!after) return false;
      this.#reorder(this.#at(second), this.#at(first), after, [], []);
    }
    const later = this.#later.get(first);
    if (later) later.add(second);
    else this.#later.set(first, new Set([second]));
    return true;
  }

  /**
   * The units before `end` that `from` leads to, `from` included; null where they lead to `end` itself
   * (`ignored`: the direct step from `from` does not count).
   */
  #reachedBefore(from: readonly Unit[], end: Unit, ignored?: Unit): Set<Unit> | null {
    const limit = this.#at(end);
    const reached = new Set(from.filter((unit) => unit !== ignored && this.#at(unit) < limit));
    const stack = [...reached];
    for (let unit = stack.pop(); unit; unit = stack.pop()) {
      for (const next of this.successorsOf(unit)) {
        if (next === end) return null;
        if (reached.has(next) || this.#at(next) > limit) continue;
        reached.add(next);
        stack.push(next);
      }
    }
    return reached;
  }

  /** Within a stretch of the order: moves `after` behind all others, with `added` between them. */
  #reorder(
    start: number,
    end: number,
    after: ReadonlySet<Unit>,
    removed: readonly Unit[],
    added: readonly Unit[],
  ): void {
    const stretch = this.#order.slice(start, end + 1).filter((unit) => !removed.includes(unit));
    const stays = stretch.filter((unit) => !after.has(unit));
    const moves = stretch.filter((unit) => after.has(unit));
    this.#order.splice(start, end + 1 - start, ...stays, ...added, ...moves);
    for (const unit of removed) this.#position.delete(unit);
    const stop = removed.length === added.length ? end + 1 : this.#order.length;
    for (let at = start; at < stop; at++) this.#position.set(this.#order[at]!, at);
  }

  #connect(unit: Unit): void {
    for (const node of unit.nodes) this.#producers.set(node, unit);
    for (const read of unit.reads.keys()) {
      const readers = this.#readers.get(read);
      if (readers) readers.add(unit);
      else this.#readers.set(read, new Set([unit]));
    }
  }

  #at(unit: Unit): number {
    return this.#position.get(unit)!;
  }
}

/** The two units as one; what one computes for the other is no longer read from outside. */
export function joined(a: Unit, b: Unit): Unit {
  const nodes = [...a.nodes, ...b.nodes].sort((x, y) => x - y);
  const own = new Set(nodes);
  const reads = new Map<NodeId, boolean>();
  for (const [read, inPlace] of [...a.reads, ...b.reads]) {
    if (!own.has(read)) reads.set(read, inPlace && (reads.get(read) ?? true));
  }
  return { nodes, reads, count: a.count };
}
