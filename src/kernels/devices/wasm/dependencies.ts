import type { Span } from './layout';

/** What a launch touches of one tensor: all of it on every thread, or on each thread a stretch of its own. */
export interface Access extends Span {
  /** For each thread, the bytes that it touches; absent where each may touch any. */
  readonly byThread?: readonly Span[] | undefined;
}

/** Finds where threads have to wait for each other between launches. */
export class Dependencies {
  #read: Access[] = [];
  #written: Access[] = [];

  /**
   * Whether, in the next launch, some thread reads what another one wrote, or overwrites what another one read
   * or wrote, since all threads last waited. If so they wait before it. What a thread itself wrote it sees
   * without waiting.
   */
  mustWait(reads: readonly Access[], writes: readonly Access[]): boolean {
    const waits =
      meet(reads, this.#written) || meet(writes, this.#written) || meet(writes, this.#read);
    if (waits) {
      this.#read = [];
      this.#written = [];
    }
    this.#read.push(...reads);
    this.#written.push(...writes);
    return waits;
  }
}

function meet(some: readonly Access[], others: readonly Access[]): boolean {
  return some.some((a) => others.some((b) => overlap(a, b) && crosses(a, b)));
}

/** Whether two different threads touch the same byte. */
function crosses({ byThread: some }: Access, { byThread: others }: Access): boolean {
  if (!some || !others) return true;
  return some.some((a, thread) => others.some((b, other) => thread !== other && overlap(a, b)));
}

function overlap(a: Span, b: Span): boolean {
  return Math.max(a.start, b.start) < Math.min(a.end, b.end);
}
