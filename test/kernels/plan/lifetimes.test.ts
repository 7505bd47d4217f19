import { describe, expect, it } from 'vitest';
import { assignSlots, type Lifetime } from '../../../src/kernels/plan/lifetimes';
import { uniformAt } from '../../../src/kernels/random/threefry';

describe('assignSlots', () => {
  it('reuses a slot once its tenant is read for the last time', () => {
    const chain = [0, 1, 2, 3].map((i): Lifetime => ({ bytes: 100, first: i, last: i + 1 }));
    expect(assignSlots(chain)).toEqual({
      slots: [0, 1, 0, 1],
      slotBytes: [100, 100],
      aliveBytes: 200,
    });
  });

  it('does not write a result over an input that the same launch reads', () => {
    const { slots } = assignSlots([
      { bytes: 8, first: 0, last: 3 },
      { bytes: 8, first: 3, last: 4 },
    ]);
    expect(slots[0]).not.toBe(slots[1]);
  });

  it('puts small tensors in the gaps of the smallest slot that is free', () => {
    const { slots, slotBytes } = assignSlots([
      { bytes: 10, first: 5, last: 6 },
      { bytes: 1000, first: 0, last: 1 },
      { bytes: 50, first: 0, last: 2 },
    ]);
    expect(slotBytes).toEqual([1000, 50]);
    expect(slots).toEqual([1, 0, 1]);
  });

  it('of many random lifetimes, lets no two that overlap share, and needs little more than it must', () => {
    const lifetimes = Array.from({ length: 400 }, (_, i): Lifetime => {
      const first = Math.floor(200 * uniformAt(1, 0, i));
      return {
        bytes: 4 + 4 * Math.floor(1000 * uniformAt(1, 1, i)),
        first,
        last: first + Math.floor(20 * uniformAt(1, 2, i)),
      };
    });
    const { slots, slotBytes, aliveBytes } = assignSlots(lifetimes);
    lifetimes.forEach((a, i) => {
      expect(slotBytes[slots[i]!]).toBeGreaterThanOrEqual(a.bytes);
      lifetimes.slice(i + 1).forEach((b, j) => {
        const overlap = a.first <= b.last && b.first <= a.last;
        if (overlap) expect(slots[i]).not.toBe(slots[i + 1 + j]);
      });
    });
    const alive = (at: number) =>
      lifetimes.reduce((sum, l) => sum + (l.first <= at && at <= l.last ? l.bytes : 0), 0);
    const needed = Math.max(...Array.from({ length: 220 }, (_, at) => alive(at)));
    expect(aliveBytes).toBe(needed);
    const used = slotBytes.reduce((sum, bytes) => sum + bytes, 0);
    expect(used).toBeLessThan(1.3 * needed);
  });

  it('plans nothing for nothing', () => {
    expect(assignSlots([])).toEqual({ slots: [], slotBytes: [], aliveBytes: 0 });
  });
});
