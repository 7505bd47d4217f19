import type { Span } from './layout';

/** Finds where threads have to wait for each other between launches. */
export class Dependencies {
  #read: Span[] = [];
  #written: Span[] = [];

  /**
   * Whether the next launch reads what was written, or overwrites what was read or written, since all
   * threads last waited. If so they wait before it.
   */
  mustWait(reads: readonly Span[], writes: readonly Span[]): boolean {
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

function meet(some: readonly Span[], others: readonly Span[]): boolean {
  return some.some((a) => others.some((b) => a.start < b.end && b.start < a.end));
}
