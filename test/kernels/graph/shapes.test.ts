import { describe, expect, it } from 'vitest';
import {
  asRows,
  broadcastShapes,
  broadcastStrides,
  checkShape,
  MAX_ELEMENTS,
  normalizeAxes,
  normalizeAxis,
  stridesOf,
} from '../../../src/kernels/graph/shapes';

describe('shapes', () => {
  it('broadcast as NumPy does', () => {
    expect(broadcastShapes([], [])).toEqual([]);
    expect(broadcastShapes([5], [3, 1])).toEqual([3, 5]);
    expect(broadcastShapes([2, 1, 4], [3, 1])).toEqual([2, 3, 4]);
    expect(() => broadcastShapes([2, 3], [3, 2])).toThrow(
      'shapes [2, 3] and [3, 2] do not broadcast: 2 against 3',
    );
  });

  it('know their strides, 0 along what is stretched', () => {
    expect(stridesOf([2, 3, 4])).toEqual([12, 4, 1]);
    expect(stridesOf([])).toEqual([]);
    expect(broadcastStrides([3, 1], [2, 3, 4])).toEqual([0, 1, 0]);
    expect(broadcastStrides([1], [1])).toEqual([1]);
  });

  it('count axes from either end', () => {
    expect(normalizeAxis(-1, 3)).toBe(2);
    expect(normalizeAxes([-1, 0], 3)).toEqual([0, 2]);
    expect(normalizeAxes([], 3)).toEqual([0, 1, 2]);
    for (const axis of [3, -4, 0.5, Number.NaN]) {
      expect(() => normalizeAxis(axis, 3)).toThrow(`axis ${axis} is out of range`);
    }
    expect(() => normalizeAxes([1, -2], 3)).toThrow('an axis is named twice');
  });

  it('read as rows', () => {
    expect(asRows([2, 3, 4])).toEqual({ rows: 6, width: 4 });
    expect(asRows([])).toEqual({ rows: 1, width: 1 });
  });

  it('hold at least one element and at most 2^31', () => {
    expect(() => checkShape('iota', [])).not.toThrow();
    expect(() => checkShape('iota', [MAX_ELEMENTS])).not.toThrow();
    for (const shape of [
      [MAX_ELEMENTS + 1],
      [2 ** 16, 2 ** 15, 2],
      [0],
      [-1],
      [1.5],
      [Number.NaN],
    ]) {
      expect(() => checkShape('iota', shape)).toThrow('iota makes the shape');
    }
  });
});
