import { describe, expect, it } from 'vitest';
import {
  arrows,
  formatBpb,
  formatBytes,
  formatCompact,
  formatCount,
  formatDifference,
  formatDuration,
  formatFlops,
  formatP,
  plural,
} from '../../src/app/format';

describe('numbers on the page', () => {
  it('writes scores and differences to the third decimal, with a true minus', () => {
    expect(formatBpb(1.23456)).toBe('1.235');
    expect(formatDifference(-0.0213)).toBe('\u22120.021');
    expect(formatDifference(0.004)).toBe('+0.004');
  });

  it('gives a difference that rounds to nothing no sign', () => {
    expect(formatDifference(-0.0004)).toBe('0.000');
    expect(formatDifference(0)).toBe('0.000');
  });

  it.each([
    [0, '0'],
    [7, '7'],
    [0.25, '0.25'],
    [999, '999'],
    [999.6, '1.00k'],
    [1000, '1.00k'],
    [18_249, '18.2k'],
    [999_499, '999k'],
    [999_600, '1.00M'],
    [1.05e9, '1.05G'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('shortens %d to %s', (value, text) => {
    expect(formatCompact(value)).toBe(text);
  });

  it('names units of memory and speed', () => {
    expect(formatBytes(512)).toBe('512 B');
    expect(formatBytes(3_400_000)).toBe('3.40 MB');
    expect(formatFlops(1.24e9)).toBe('1.24 GFLOP/s');
    expect(formatFlops(12)).toBe('12 FLOP/s');
  });

  it('separates thousands', () => {
    expect(formatCount(12_345.4)).toBe('12,345');
    expect(plural(1, 'experiment')).toBe('1 experiment');
    expect(plural(1200, 'experiment')).toBe('1,200 experiments');
  });

  it.each([
    [0.84, '0.8 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [3600, '1 h'],
    [7500, '2 h 5 min'],
  ])('tells %d seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it('never calls luck impossible', () => {
    expect(formatP(0)).toBe('p < 0.001');
    expect(formatP(0.0042)).toBe('p = 0.004');
    expect(formatP(0.25)).toBe('p = 0.25');
  });

  it('draws real arrows', () => {
    expect(arrows('mlp 4 -> 8')).toBe('mlp 4 \u2192 8');
  });
});
