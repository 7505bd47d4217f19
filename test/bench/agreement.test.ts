import { describe, expect, it } from 'vitest';
import { agreementOf, TOLERANCE } from '../../bench/agreement';

const losses = (all: Record<string, number[]>) => new Map(Object.entries(all));

describe('agreementOf', () => {
  it('lets rounding pass and says how much there was', () => {
    const { difference, disagreeing } = agreementOf(
      losses({ a: [4, 3], b: [4, 3.0003], c: [4, 3] }),
    );
    expect(disagreeing).toEqual([]);
    expect(difference).toBeCloseTo(1e-4, 6);
  });

  it('names the one that computes something else', () => {
    const { difference, disagreeing } = agreementOf(
      losses({ a: [4, 3, 2], b: [4, 3, 2], odd: [4, 3.1, 2] }),
    );
    expect(disagreeing).toEqual(['odd']);
    expect(difference).toBeGreaterThan(TOLERANCE);
  });

  it('believes neither of two that differ', () => {
    expect(agreementOf(losses({ a: [4], b: [5] })).disagreeing).toEqual(['a', 'b']);
  });

  it('does not take a loss that is no number for one that agrees', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const { disagreeing, difference } = agreementOf(
        losses({ a: [4, 3], b: [4, 3], c: [4, bad] }),
      );
      expect(disagreeing).toEqual(['c']);
      expect(difference <= TOLERANCE).toBe(false);
    }
    expect(agreementOf(losses({ a: [Number.NaN], b: [Number.NaN] })).disagreeing).toEqual([
      'a',
      'b',
    ]);
  });

  it('compares the steps that all have, and will not compare none', () => {
    expect(agreementOf(losses({ a: [4, 3], b: [4] })).disagreeing).toEqual([]);
    expect(() => agreementOf(losses({ a: [4], b: [] }))).toThrow('no losses');
    expect(agreementOf(losses({})).difference).toBe(0);
  });
});
