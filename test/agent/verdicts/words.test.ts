import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../../src/agent/verdicts/evidence';
import { bits, chance, comparison } from '../../../src/agent/verdicts/words';

const words = (...differences: number[]) =>
  comparison(evidenceOf(differences.map((d, seed) => ({ seed, candidate: 2 + d, incumbent: 2 }))));

describe('numbers in words', () => {
  it('keep as many decimals as they need', () => {
    expect([0.0214, -0.0214, 1, 0, 0.00042, -0.000042].map(bits)).toEqual([
      '0.021',
      '−0.021',
      '1.000',
      '0.000',
      '0.00042',
      '−0.000042',
    ]);
    expect([0.5, 0.0031, 0.00042, 1e-9].map(chance)).toEqual([
      'p = 0.500',
      'p = 0.003',
      'p = 0.0004',
      'p < 0.0001',
    ]);
  });

  it('tell how many seeds agree', () => {
    // By hand: mean -0.0186, standard error 0.0068, t = -2.73 with 3 degrees of freedom.
    expect(words(-0.02, -0.03, -0.0254, 0.001)).toBe(
      'better by 0.019 bpb on 3 of 4 seeds (95% interval −0.040 to 0.003, p = 0.036)',
    );
    expect(words(0.02, 0.04)).toMatch(/^worse by 0\.030 bpb on 2 of 2 seeds \(95% interval /);
    expect(words(-0.25)).toBe('better by 0.250 bpb on the first seed');
    expect(words(0)).toBe('equal on average over 1 seed');
    expect(words()).toBe('no seed has a score of both programs');
  });
});
