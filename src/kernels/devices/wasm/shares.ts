import type { Binding } from '../../plan/binding';
import type { Access } from './dependencies';
import type { Span } from './layout';

/**
 * How a launch deals out some of its tensors among threads: as `count` rows of equal size, in runs of `grain`,
 * as `shareOf` in assembly/simd.ts does. A thread touches no other row of them than its own.
 */
export interface Shares {
  readonly of: readonly Binding[];
  readonly count: number;
  readonly grain: number;
  /** So many rows after each other lie mixed in memory, such as the heads of one sequence. Default: 1. */
  readonly mixed?: number;
}

/** Where the share of one thread begins, as `shareOf` in assembly/simd.ts has it. */
export function shareOf(count: number, grain: number, part: number, parts: number): number {
  return Math.min(count, Math.floor((Math.ceil(count / grain) * part) / parts) * grain);
}

/** What `threads` threads touch of a tensor that lies at `span` and is dealt out so, if it is. */
export function accessOf(
  binding: Binding,
  span: Span,
  shares: readonly Shares[] | undefined,
  threads: number,
): Access {
  const dealt = shares?.find(({ of }) => of.includes(binding));
  if (!dealt) return span;
  const { count, grain, mixed = 1 } = dealt;
  const bytes = (span.end - span.start) / count;
  const place = (row: number) => span.start + row * bytes;
  const byThread = Array.from({ length: threads }, (_, part) => {
    const first = shareOf(count, grain, part, threads);
    const last = shareOf(count, grain, part + 1, threads);
    if (first === last) return { start: span.start, end: span.start };
    return {
      start: place(Math.floor(first / mixed) * mixed),
      end: place(Math.ceil(last / mixed) * mixed),
    };
  });
  return { ...span, byThread };
}
