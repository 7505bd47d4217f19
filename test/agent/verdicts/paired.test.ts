import { describe, expect, it } from 'vitest';
import { lowerTail, summarise } from '../../../src/agent/verdicts/evidence';
import {
  canStillWin,
  DEFAULT_PAIRED,
  pairedPolicy,
  spentAt,
} from '../../../src/agent/verdicts/paired';
import type { Comparison } from '../../../src/agent/verdicts/policy';

const INCUMBENT = 2;

/** A comparison after these differences, on seeds 1, 2, ... */
function given(differences: readonly number[], edit: Partial<Comparison> = {}): Comparison {
  return {
    pairs: differences.map((d, i) => ({
      seed: i + 1,
      candidate: INCUMBENT + d,
      incumbent: INCUMBENT,
    })),
    seedsLeft: DEFAULT_PAIRED.seeds - differences.length,
    tokens: { candidate: 500, incumbent: 500 },
    sameGraph: false,
    noise: null,
    ...edit,
  };
}
const { decide } = pairedPolicy();
const simpler = { tokens: { candidate: 480, incumbent: 500 } };

describe('the paired policy', () => {
  it('asks for more while a candidate is promising', () => {
    for (const promising of [[], [-0.001], [-0.05], [-0.021, -0.02], [-0.02, -0.018, -0.03]]) {
      expect(decide(given(promising))).toBe('more');
    }
  });

  it('keeps what is better beyond luck, quoting its numbers', () => {
    const verdict = decide(given([-0.02, -0.022, -0.019]));
    expect(verdict).toMatchObject({ decision: 'keep', ground: 'better' });
    if (verdict === 'more') return;
    expect(verdict.reason).toMatch(
      /^better by 0\.020 bpb on 3 of 3 seeds \(95% interval −0\.024 to −0\.017, p = 0\.0009\)/,
    );
    expect(verdict.evidence.differences.map((d) => d.seed)).toEqual([1, 2, 3]);
    expect(verdict.evidence.mean).toBeCloseTo(-0.061 / 3, 10);
    // The interval of a mean of three: the mean, and 4.3027 standard errors to either side.
    const error = Math.sqrt(0.000014 / 3 / 6);
    expect(verdict.evidence.interval![0]).toBeCloseTo(-0.061 / 3 - 4.30265 * error, 7);
    expect(verdict.evidence.interval![1]).toBeCloseTo(-0.061 / 3 + 4.30265 * error, 7);
  });

  it('never keeps on fewer than three seeds, however good they look', () => {
    expect(decide(given([-0.5]))).toBe('more');
    expect(decide(given([-0.5, -0.5]))).toBe('more');
  });

  it('discards after one trial what is clearly worse', () => {
    expect(decide(given([0.2]))).toMatchObject({ decision: 'discard', ground: 'worse' });
    expect(decide(given([0.05], simpler))).toBe('more');
    const noise = { deviation: 0.01, freedom: 10 }; // t at 99% is 2.764
    expect(decide(given([0.028], { noise, ...simpler }))).toMatchObject({ ground: 'worse' });
    expect(decide(given([0.027], { noise, ...simpler }))).toBe('more');
  });

  it('discards by the mirrored rule', () => {
    const worse = given([0.02, 0.021, 0.0205], simpler);
    expect(decide(worse)).toMatchObject({ decision: 'discard', ground: 'worse' });
  });

  it('runs no seed that could not change the verdict', () => {
    expect(decide(given([0.001]))).toMatchObject({ decision: 'discard', ground: 'no better' });
    expect(decide(given([-0.03, 0.02]))).toMatchObject({
      decision: 'inconclusive',
      ground: 'near miss',
    });
    expect(decide(given([0]))).toMatchObject({ decision: 'discard', ground: 'no better' });
  });

  it('calls it a near miss when the seeds are used up', () => {
    const verdict = decide(given([-0.02, -0.03, -0.012, -0.035, -0.01]));
    expect(verdict).toMatchObject({ decision: 'inconclusive', ground: 'near miss' });
    expect(verdict !== 'more' && verdict.reason).toMatch(/better by 0\.021 bpb on 5 of 5 seeds/);
  });

  it('keeps a simpler program that is as good, and not one that is worse', () => {
    const equal = [0.001, -0.001, 0.0005];
    expect(decide(given(equal, simpler))).toMatchObject({ decision: 'keep', ground: 'simpler' });
    expect(decide(given(equal))).toMatchObject({ decision: 'discard', ground: 'no better' });
    const slightly = [0.012, 0.009, 0.015, 0.008, 0.02];
    expect(decide(given(slightly, simpler))).toMatchObject({ decision: 'discard' });
    const barely = { tokens: { candidate: 498, incumbent: 500 } };
    expect(decide(given(equal, barely))).toMatchObject({ decision: 'discard' });
  });

  it('tells a program that computes the same at once', () => {
    const same = { sameGraph: true };
    expect(decide(given([-0.3], same))).toMatchObject({ decision: 'discard', ground: 'the same' });
    const verdict = decide(given([0.3], { ...same, ...simpler }));
    expect(verdict).toMatchObject({ decision: 'keep', ground: 'simpler' });
    expect(verdict !== 'more' && verdict.reason).toContain('20 fewer tokens');
  });

  it('decides without any pair when no seed is left', () => {
    expect(decide(given([], { seedsLeft: 0 }))).toMatchObject({ decision: 'inconclusive' });
  });

  it('decides noiseless differences', () => {
    expect(decide(given([-0.02, -0.02, -0.02]))).toMatchObject({ decision: 'keep' });
    expect(decide(given([0.02, 0.02, 0.02], simpler))).toMatchObject({ ground: 'worse' });
  });

  it('refuses options that make no sense', () => {
    expect(() => pairedPolicy({ seeds: 2 })).toThrow(RangeError);
    expect(() => pairedPolicy({ fewest: 1 })).toThrow(RangeError);
  });
});

describe('its arithmetic', () => {
  it('spends exactly alpha over all looks', () => {
    const looks = [3, 4, 5].map((n) => spentAt(n, DEFAULT_PAIRED));
    expect(looks.every((share) => share > 0)).toBe(true);
    expect(looks.reduce((sum, share) => sum + share)).toBeCloseTo(DEFAULT_PAIRED.alpha, 12);
  });

  it('gives up on a comparison exactly when no later results could win it', () => {
    // Against a search over many values of the results to come.
    const starts = [
      [0.01],
      [-0.01],
      [-0.02, -0.01],
      [-0.02, -0.004],
      [-0.02, 0.001],
      [-0.02, -0.018, -0.001],
    ];
    for (const start of starts) {
      let found = false;
      for (let exponent = -4; exponent <= 2; exponent += 0.01) {
        for (let m = 1; start.length + m <= DEFAULT_PAIRED.seeds; m++) {
          const n = start.length + m;
          if (n < DEFAULT_PAIRED.fewest) continue;
          const all = [...start, ...Array<number>(m).fill(-(10 ** exponent))];
          if (lowerTail(summarise(all)) < spentAt(n, DEFAULT_PAIRED)) found = true;
        }
      }
      const left = DEFAULT_PAIRED.seeds - start.length;
      expect([start, canStillWin(summarise(start), left, DEFAULT_PAIRED)]).toEqual([start, found]);
    }
  });
});
