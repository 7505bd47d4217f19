import { describe, expect, it } from 'vitest';
import { estimateAt, MOST_BORROWED, moderated } from '../../../src/agent/verdicts/estimate';
import { fisherTail } from '../../../src/agent/verdicts/fisher';
import { weightOf } from '../../../src/agent/verdicts/looks';
import type { Noise } from '../../../src/agent/verdicts/noise';
import type { Comparison } from '../../../src/agent/verdicts/policy';

describe("Fisher's F", () => {
  it('has the tails of the printed tables', () => {
    expect(fisherTail(4.3874, 7, 5 + 1e-9)).toBeGreaterThan(0.05); // 4.876 at 5%
    expect(fisherTail(5.1433, 2, 6)).toBeCloseTo(0.05, 4);
    expect(fisherTail(10.9248, 2, 6)).toBeCloseTo(0.01, 5);
    expect(fisherTail(13.745, 1, 6)).toBeCloseTo(0.01, 4);
    expect([fisherTail(0, 3, 6), fisherTail(Infinity, 3, 6), fisherTail(Number.NaN, 3, 6)]).toEqual(
      [1, 0, 1],
    );
  });
});

describe('the moderated variance', () => {
  const prior: Noise = { deviation: 0.1, freedom: 4 };

  it('weighs both by their degrees of freedom', () => {
    expect(moderated(0.02, 2, prior)).toEqual({ variance: (4 * 0.1 ** 2 + 0.02) / 6, freedom: 6 });
    expect(moderated(0, 0, prior)!.variance).toBeCloseTo(0.01, 15);
    expect(moderated(0.02, 2, null)).toEqual({ variance: 0.01, freedom: 2 });
    expect(moderated(0, 0, null)).toBeNull();
  });

  it('borrows no more than it may', () => {
    const freedom = 100;
    expect(moderated(0, 0, { ...prior, freedom })!.freedom).toBe(MOST_BORROWED);
  });

  it('rises with a variance that the study does not explain, and then stands alone', () => {
    const quiet: Noise = { deviation: 0.001, freedom: 50 };
    expect(moderated(2 * 9e-6, 2, quiet)!.variance).toBeCloseTo(3e-6, 12); // 9 times: within F at 1%
    expect(moderated(2 * 12e-6, 2, quiet)).toEqual({ variance: 12e-6, freedom: 2 });
  });
});

describe('the noise that a difference is expected to have', () => {
  const seed: Noise = { deviation: 0.01, freedom: 3 };
  const with_ = (n: number, paired: Noise | null): Comparison => ({
    pairs: Array.from({ length: n }, (_, i) => ({ seed: i, candidate: 2, incumbent: 2 })),
    paired: true,
    incumbent: [],
    seedsLeft: 0,
    size: { candidate: { tokens: 1, nodes: 1 }, incumbent: { tokens: 1, nodes: 1 } },
    sameGraph: false,
    noise: { seed, paired },
    level: 0.01,
    givenUp: 0,
    trials: n,
  });

  it('is twice the variance of scores until there are four degrees of differences', () => {
    expect(estimateAt(with_(1, null), 1)!.variance).toBeCloseTo(2 * 0.01 ** 2, 15);
    const three = { deviation: 0.002, freedom: 3 };
    expect(estimateAt(with_(1, three), 1)!.variance).toBeCloseTo(2 * 0.01 ** 2, 15);
    expect(estimateAt(with_(2, three), 2)).toMatchObject({ variance: (3 * 4e-6) / 4, freedom: 4 });
    expect(estimateAt(with_(5, null), 5)).toMatchObject({ variance: 0, freedom: 4 });
  });
});

describe('the looks', () => {
  it('weigh 1 together, later ones more', () => {
    const looks = { fewest: 3, seeds: 8 };
    const weights = [3, 4, 5, 6, 7, 8].map((n) => weightOf(n, looks));
    expect(weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 14);
    expect(weights[0]).toBeCloseTo(1 / 63, 14);
    expect(weights[5]! / weights[4]!).toBeCloseTo(2, 12);
    expect([weightOf(2, looks), weightOf(9, looks)]).toEqual([0, 0]);
  });
});
