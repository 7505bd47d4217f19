import { describe, expect, it } from 'vitest';
import { decimalsOf, paddedRange, roundMarks, spread } from '../../src/agent/scale';

describe('marks of an axis', () => {
  it.each([
    [0, 10, 5, [0, 2, 4, 6, 8, 10]],
    [0.87, 2.1, 4, [1, 1.5, 2]],
    [1.7, 1.72, 4, [1.7, 1.705, 1.71, 1.715, 1.72]],
    [0, 4, 6, [0, 1, 2, 3, 4]],
  ])('from %d to %d in about %d steps', (low, high, count, marks) => {
    expect(roundMarks(low, high, count)).toEqual(marks);
  });

  it('are written with as many decimals as it takes', () => {
    expect(decimalsOf([0, 2, 4])).toBe(0);
    expect(decimalsOf([1, 1.5, 2])).toBe(1);
    expect(decimalsOf([1.7, 1.705])).toBe(3);
  });

  it('stand even where there is nothing to span', () => {
    expect(roundMarks(2, 2, 4)).toEqual([2]);
    expect(paddedRange([], 0.1)).toEqual([0, 1]);
    const [low, high] = paddedRange([2, 2], 0.1);
    expect(low).toBeLessThan(2);
    expect(high).toBeGreaterThan(2);
  });
});

describe('labels', () => {
  it('stay where they are when there is room', () => {
    expect(spread([10, 50, 90], 15, 200)).toEqual([10, 50, 90]);
  });

  it('move apart when they would overlap, and never beyond the end', () => {
    expect(spread([10, 12, 90], 15, 200)).toEqual([10, 25, 90]);
    expect(spread([190, 195], 15, 200)).toEqual([185, 200]);
  });
});
