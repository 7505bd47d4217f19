/** A buffer that a plan needs for a while: from the launch that writes it to the last that reads it. */
export interface Lifetime {
  readonly bytes: number;
  /** Indices of launches, both included. */
  readonly first: number;
  readonly last: number;
}

/** Which memory each buffer lives in. */
export interface SlotPlan {
  /** The slot of each lifetime, in the order they were given. */
  readonly slots: readonly number[];
  /** Bytes of each slot: those of the largest buffer that lives in it. */
  readonly slotBytes: readonly number[];
  /** Bytes alive at once, at most: what the slots would come to if nothing were ever lost in between. */
  readonly aliveBytes: number;
}

/**
 * Gives every buffer a slot, such that two buffers in one slot are never alive at the same launch.
 *
 * Largest first: a slot's size is settled by its first buffer, and smaller ones fill the gaps in time
 * around it ("greedy by size" of Pisarchyk & Lee, "Efficient Memory Management for Deep Neural Net
 * Inference", 2020). Of the slots that are free for long enough, the smallest is taken.
 */
export function assignSlots(lifetimes: readonly Lifetime[]): SlotPlan {
  const order = lifetimes
    .map((_, i) => i)
    .sort(
      (i, j) =>
        lifetimes[j]!.bytes - lifetimes[i]!.bytes || lifetimes[i]!.first - lifetimes[j]!.first,
    );
  const slots = new Array<number>(lifetimes.length);
  const slotBytes: number[] = [];
  const tenants: Lifetime[][] = [];
  for (const i of order) {
    const lifetime = lifetimes[i]!;
    // Slots come in falling order of size, so the last one that is free fits best.
    let slot = tenants.length - 1;
    while (slot >= 0 && !moveIn(tenants[slot]!, lifetime)) slot--;
    if (slot < 0) {
      slot = tenants.push([lifetime]) - 1;
      slotBytes.push(lifetime.bytes);
    }
    slots[i] = slot;
  }
  return { slots, slotBytes, aliveBytes: mostAlive(lifetimes) };
}

/** The largest sum of bytes over the lifetimes that share a launch. */
function mostAlive(lifetimes: readonly Lifetime[]): number {
  // Changes of the sum in order of launches: each buffer comes at its first and goes after its last.
  const changes = new Map<number, number>();
  for (const { bytes, first, last } of lifetimes) {
    changes.set(first, (changes.get(first) ?? 0) + bytes);
    changes.set(last + 1, (changes.get(last + 1) ?? 0) - bytes);
  }
  let alive = 0;
  let most = 0;
  for (const [, change] of [...changes].sort(([a], [b]) => a - b)) {
    alive += change;
    most = Math.max(most, alive);
  }
  return most;
}

/** Adds a lifetime to a slot's, which are kept in order of time, unless one of them overlaps it. */
function moveIn(tenants: Lifetime[], lifetime: Lifetime): boolean {
  let low = 0;
  let high = tenants.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tenants[middle]!.first < lifetime.first) low = middle + 1;
    else high = middle;
  }
  const before = tenants[low - 1];
  const after = tenants[low];
  if ((before && before.last >= lifetime.first) || (after && after.first <= lifetime.last)) {
    return false;
  }
  tenants.splice(low, 0, lifetime);
  return true;
}
