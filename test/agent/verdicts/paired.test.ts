import { describe, expect, it } from 'vitest';
import { DEFAULT_PAIRED, pairedPolicy } from '../../../src/agent/verdicts/paired';
import type { Comparison } from '../../../src/agent/verdicts/policy';

const INCUMBENT = 2;
const NOISE = { deviation: 0.01, freedom: 10 };

/** A comparison after these differences, on seeds 1, 2, ... */
function given(differences: readonly number[], edit: Partial<Comparison> = {}): Comparison {
  return {
    pairs: differences.map((d, i) => ({
      seed: i + 1,
      candidate: INCUMBENT + d,
      incumbent: INCUMBENT,
    })),
    paired: true,
    incumbent: differences.map((_, i) => ({ score: INCUMBENT, from: i + 1 })),
    seedsLeft: DEFAULT_PAIRED.seeds - differences.length,
    size: { candidate: { tokens: 500, nodes: 900 }, incumbent: { tokens: 500, nodes: 900 } },
    sameGraph: false,
    noise: { seed: NOISE, paired: NOISE },
    level: 0.004,
    givenUp: 0,
    trials: differences.length,
    ...edit,
  };
}
const { decide } = pairedPolicy();
const size = (tokens: number, nodes: number) => ({
  size: { candidate: { tokens, nodes }, incumbent: { tokens: 500, nodes: 900 } },
});
const simpler = size(480, 890);
const all = (count: number, difference: number) => Array<number>(count).fill(difference);

describe('the policy', () => {
  it('asks for more while a candidate is promising', () => {
    for (const promising of [[], [-0.01], [-0.05], [-0.021, -0.02], [-0.02, -0.018, -0.03]]) {
      expect(decide(given(promising))).toBe('more');
    }
  });

  it('keeps what is better beyond luck, and stores what that rests on', () => {
    const verdict = decide(given([-0.05, -0.06, -0.07]));
    expect(verdict).toMatchObject({ decision: 'keep', ground: 'better' });
    if (verdict === 'more') return;
    const { evidence, reason } = verdict;
    // Moderated: (6 * 0.0001 + 0.0002) / 8 = 0.0001 with 8 degrees of freedom; t = -0.06 / 0.00577.
    expect(evidence).toMatchObject({ pairing: 'paired', looks: 1, level: 0.004, trials: 3 });
    expect(evidence.noise!.deviation).toBeCloseTo(0.01, 12);
    expect(evidence.noise!.freedom).toBe(8);
    const half = (2.306004 * 0.01) / Math.sqrt(3);
    expect(evidence.interval![0]).toBeCloseTo(-0.06 - half, 7);
    expect(evidence.interval![1]).toBeCloseTo(-0.06 + half, 7);
    expect(evidence.p).toBeCloseTo(3.182e-6, 8);
    expect(evidence.sequential! / evidence.p!).toBeCloseTo(63, 9); // the first of six looks weighs 1/63
    // One difference of -5 deviations: P(T <= -5), 6 degrees of freedom.
    expect(evidence.first).toBeCloseTo(0.00123, 5);
    expect(reason).toMatch(
      /^better by 0\.060 bpb on 3 of 3 seeds \(95% interval −0\.073 to −0\.047, p = 0\.0002 after one look; this study asks for p < 0\.004\)$/,
    );
  });

  it('asks what the study asks: the level decides', () => {
    const differences = [-0.05, -0.06, -0.07];
    expect(decide(given(differences, { level: 0.0001 }))).toBe('more');
    expect(decide(given(differences, { level: 0.00025 }))).toMatchObject({ ground: 'better' });
  });

  it('never keeps on fewer than three seeds, however good they look', () => {
    expect(decide(given([-0.5]))).toBe('more');
    expect(decide(given([-0.5, -0.5]))).toBe('more');
  });

  it('remembers the best look', () => {
    // Clear after three seeds at a level that is asked now; later seeds take the mean back.
    const verdict = decide(given([-0.06, -0.06, -0.06, 0.01]));
    expect(verdict).toMatchObject({ decision: 'keep', evidence: { looks: 2 } });
  });

  it('discards after one trial what is clearly worse, in one case of a hundred wrongly', () => {
    expect(decide(given([0.0315]))).toMatchObject({ decision: 'discard', ground: 'worse' });
    expect(decide(given([0.0313]))).toMatchObject({ ground: 'no better' }); // t at 99%, 6 degrees: 3.143
    const unknown = { noise: { seed: null, paired: null } };
    expect(decide(given([0.05], unknown))).toBe('more');
    expect(decide(given([0.2], unknown))).toMatchObject({ ground: 'worse' });
  });

  it('runs no seed that would hardly change the verdict', () => {
    expect(decide(given([0.012]))).toMatchObject({ decision: 'discard', ground: 'no better' });
    expect(decide(given([-0.01, 0.009]))).toMatchObject({
      decision: 'inconclusive',
      ground: 'near miss',
    });
    expect(decide(given([0, 0]))).toMatchObject({ decision: 'discard', ground: 'no better' });
    expect(decide(given([0.0001], { level: 0.0001 }))).toMatchObject({ ground: 'no better' });
  });

  it('calls it a near miss when the seeds are used up', () => {
    const verdict = decide(given([-0.02, 0.01, -0.02, -0.01, 0.0, -0.02, -0.01, -0.01]));
    expect(verdict).toMatchObject({ decision: 'inconclusive', ground: 'near miss' });
    expect(verdict !== 'more' && verdict.reason).toMatch(
      /better by 0\.010 bpb on 6 of 8 seeds .* after 6 looks; .*: the seeds are used up/,
    );
  });

  it('tells a program that computes the same at once, and counts it as no test', () => {
    const same = { sameGraph: true };
    expect(decide(given([-0.3], same))).toMatchObject({ decision: 'discard', ground: 'the same' });
    const verdict = decide(given([0.3], { ...same, ...simpler }));
    expect(verdict).toMatchObject({
      decision: 'keep',
      ground: 'simpler',
      evidence: { first: null },
    });
    expect(verdict !== 'more' && verdict.reason).toContain('20 fewer tokens');
  });

  it('decides without any pair when no seed is left', () => {
    expect(decide(given([], { seedsLeft: 0 }))).toMatchObject({ decision: 'inconclusive' });
  });

  it('decides noiseless differences', () => {
    const noise = { seed: null, paired: null };
    expect(decide(given(all(3, -0.02), { noise }))).toMatchObject({ decision: 'keep' });
    expect(decide(given(all(3, 0.02), { noise }))).toMatchObject({ ground: 'worse' });
  });

  it('refuses options that make no sense', () => {
    expect(() => pairedPolicy({ seeds: 2 })).toThrow(RangeError);
    expect(() => pairedPolicy({ fewest: 1 })).toThrow(RangeError);
    expect(() => pairedPolicy({ calibration: 0 })).toThrow(RangeError);
  });
});

describe('simpler programs', () => {
  const small = { deviation: 0.002, freedom: 10 };
  const noise = { seed: { deviation: 0.02, freedom: 10 }, paired: small };
  const equal = [0.001, -0.001, 0.0005];

  it('are kept when they lose less than the margin, and not when they may lose more', () => {
    const kept = decide(given(equal, { noise, ...simpler }));
    expect(kept).toMatchObject({ decision: 'keep', ground: 'simpler' });
    expect(kept !== 'more' && kept.reason).toContain(
      'as good within 0.010 bpb, with 20 fewer tokens of source and 10 fewer operations',
    );
    expect(decide(given(equal, { noise }))).toMatchObject({ ground: 'no better' });
    const slightly = given([0.012, 0.009, 0.015], { noise, ...simpler });
    expect(decide(slightly)).toMatchObject({ decision: 'discard' });
  });

  it('must be simpler both as a graph and as a text', () => {
    for (const half of [size(480, 900), size(498, 800), size(510, 800), size(480, 910)]) {
      expect(decide(given(equal, { noise, ...half }))).toMatchObject({ decision: 'discard' });
    }
  });

  it('share one margin, which is never more than a change of seed moves', () => {
    expect(decide(given(equal, { noise, ...simpler, givenUp: 0.0095 }))).not.toMatchObject({
      ground: 'simpler',
    });
    const quiet = { seed: { deviation: 0.0005, freedom: 10 }, paired: small };
    expect(decide(given(equal, { noise: quiet, ...simpler }))).not.toMatchObject({
      ground: 'simpler',
    });
  });
});

describe('unpaired evidence', () => {
  it('compares means, with the noise of single scores', () => {
    const incumbent = [2.0, 2.02, 1.98, 2.0].map((score) => ({ score, from: 0 }));
    const verdict = decide(given([-0.06, -0.07, -0.08], { paired: false, incumbent }));
    expect(verdict).toMatchObject({ decision: 'keep', ground: 'better' });
    if (verdict === 'more') return;
    const { mean, noise, interval, scores, differences } = verdict.evidence;
    expect(mean).toBeCloseTo(-0.07, 12);
    expect(noise!.deviation).toBeCloseTo(0.01, 12); // (6 * 0.0001 + 0.0002) / 8
    const half = 2.306004 * 0.01 * Math.sqrt(1 / 3 + 1 / 4);
    expect(interval![1] - interval![0]).toBeCloseTo(2 * half, 7);
    expect(scores!.incumbent).toEqual([2.0, 2.02, 1.98, 2.0]);
    expect(differences).toEqual([]);
  });

  it('looks at no score of the incumbent that came after a look', () => {
    const later = [2, 2, 2].map((score, i) => ({ score, from: i + 1 }));
    const only = decide(given([-0.07], { paired: false, incumbent: later }));
    expect(only).toBe('more');
    const two = given([-0.001, 0.03], { paired: false, incumbent: later });
    const verdict = decide(two);
    expect(verdict !== 'more' && verdict.evidence.scores!.incumbent).toEqual([2, 2]);
  });
});
