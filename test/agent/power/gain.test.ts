import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/agent/power/compare';
import { gainOf, isGain } from '../../../src/agent/power/gain';
import { normalAt } from '../../../src/kernels/random/threefry';
import { having } from './world';

const differences = (...values: number[]) =>
  values.map((difference, seed) => ({ seed, difference }));

describe('a gain', () => {
  it('has the 99% interval of Student', () => {
    // t(0.995, 4) = 4.6041, standard error sqrt(2.5 / 5).
    const { mean, interval } = gainOf(differences(1, 2, 3, 4, 5));
    expect(mean).toBe(3);
    expect(interval[0]).toBeCloseTo(3 - 4.6041 * Math.sqrt(2.5 / 5), 3);
    expect(interval[1]).toBeCloseTo(3 + 4.6041 * Math.sqrt(2.5 / 5), 3);
  });

  it('is one where all of it lies below 0', () => {
    expect(isGain(differences(-1, -1.1, -0.9))).toBe(true);
    expect(isGain(differences(-1, -5, -0.1))).toBe(false);
    expect(isGain(differences(1, 1.1, 0.9))).toBe(false);
    expect(isGain(differences(-1))).toBe(false);
  });
});

describe('a comparison', () => {
  const [own, other] = [having('own'), having()];
  /** Normal differences of deviation 1 around a mean. */
  const compared = (mean: number, screen: number, world: number) =>
    compare({
      own,
      other,
      seeds: Array.from({ length: 16 }, (_, i) => i),
      screen,
      score: async (program, seed) => (program === own ? mean + normalAt(world + 1, seed, 0) : 0),
    });

  it('is given up where it does not win, and else has all seeds', async () => {
    expect(await compared(5, 2, 0)).toHaveLength(2);
    expect(await compared(-5, 2, 0)).toHaveLength(16);
    expect(await compared(5, Number.POSITIVE_INFINITY, 0)).toHaveLength(16);
  });

  it('is none where a program has no score', async () => {
    const seeds = [1, 2];
    const without = (which: typeof own) =>
      compare({ own, other, seeds, screen: 2, score: async (p) => (p === which ? null : 1) });
    expect([await without(own), await without(other)]).toEqual([null, null]);
  });

  it('finds edits that do nothing to help as rarely as its interval says, given up or not', async () => {
    const count = async (screen: number) => {
      let gains = 0;
      for (let world = 0; world < 4000; world++) {
        const all = await compared(0, screen, world);
        if (all!.length === 16 && isGain(all!)) gains++;
      }
      return gains;
    };
    // 0.5% of 4000 are 20, give or take 4.5; what is given up can only be fewer.
    const fixed = await count(Number.POSITIVE_INFINITY);
    expect(fixed).toBeGreaterThan(5);
    expect(fixed).toBeLessThan(36);
    expect(await count(2)).toBeLessThanOrEqual(fixed);
  });
});
