import { describe, expect, it } from 'vitest';
import {
  bitsToUniform,
  hashName,
  normalAt,
  threefry2x32,
  uniformAt,
} from '../../../src/kernels/random/threefry';

describe('threefry2x32', () => {
  // The known answers that come with Random123 (kat_vectors, threefry2x32 with 20 rounds).
  it.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ] as const)('key %j, counter %j', ([k0, k1], [c0, c1], expected) => {
    expect(threefry2x32(k0, k1, c0, c1)).toEqual(expected);
  });

  it('reads a negative seed as its 32 bits', () => {
    expect(threefry2x32(-1, -1, -1, -1)).toEqual([0x1cb996fc, 0xbb002be7]);
  });
});

describe('what is drawn from it', () => {
  it('is uniform in [0, 1), exact in float32, and other for every seed, stream and index', () => {
    expect(bitsToUniform(0)).toBe(0);
    expect(bitsToUniform(0xffffffff)).toBe(1 - 2 ** -24);
    expect(uniformAt(0, 0, 0)).toBe((0x6b200159 >>> 8) / 2 ** 24);
    expect(uniformAt(0, 0, 1)).toBe((0x99ba4efe >>> 8) / 2 ** 24);
    const drawn = new Set<number>();
    for (let i = 0; i < 50; i++) {
      for (const value of [uniformAt(1, 0, i), uniformAt(2, 0, i), uniformAt(1, 1, i)]) {
        expect(Math.fround(value)).toBe(value);
        drawn.add(value);
      }
    }
    expect(drawn.size).toBe(150);
  });

  it('has the moments of a uniform and of a normal distribution', () => {
    const n = 20_000;
    const moments = (at: (i: number) => number) => {
      const values = Array.from({ length: n }, (_, i) => at(i));
      const mean = values.reduce((sum, value) => sum + value, 0) / n;
      const moment = (k: number) => values.reduce((sum, v) => sum + (v - mean) ** k, 0) / n;
      return { mean, variance: moment(2), fourth: moment(4) };
    };
    const uniform = moments((i) => uniformAt(7, 3, i));
    expect(uniform.mean).toBeCloseTo(1 / 2, 2);
    expect(uniform.variance).toBeCloseTo(1 / 12, 2);
    const normal = moments((i) => normalAt(7, 3, i));
    expect(Math.abs(normal.mean)).toBeLessThan(0.03);
    expect(Math.abs(normal.variance - 1)).toBeLessThan(0.05);
    expect(Math.abs(normal.fourth - 3)).toBeLessThan(0.3);
  });

  it('gives each name a stream of its own', () => {
    expect(hashName('')).toBe(0x811c9dc5);
    expect(hashName('a')).toBe(0xe40c292c);
    expect(hashName('layer0.attn_wq')).not.toBe(hashName('layer0.attn_wk'));
  });
});
