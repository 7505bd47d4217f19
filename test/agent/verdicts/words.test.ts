import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../../src/agent/verdicts/evidence';
import { baseline, bits, chance, comparison } from '../../../src/agent/verdicts/words';

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
      'p = 0.0031',
      'p = 0.00042',
      'p < 0.000001',
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

  it('tell what the study asks, and after how many looks', () => {
    const differences = [1, 2, 3, 4, 5].map((seed) => ({ seed, difference: -0.021 }));
    const evidence = {
      differences,
      mean: -0.021,
      interval: [-0.03, -0.012] as const,
      p: 0.0001,
      pairing: 'paired' as const,
      looks: 3,
      sequential: 0.0004,
      level: 0.0027,
    };
    expect(comparison(evidence)).toBe(
      'better by 0.021 bpb on 5 of 5 seeds (95% interval −0.030 to −0.012, p = 0.0004 after 3 looks; this study asks for p < 0.0027)',
    );
    const scores = { candidate: [2, 2.1], incumbent: [2.1, 2.2, 2.3] };
    const unpaired = { ...evidence, pairing: 'unpaired' as const, differences: [], scores };
    expect(comparison({ ...unpaired, looks: 0, sequential: null })).toBe(
      'better by 0.021 bpb, the mean of 2 trials against 3 trials of the incumbent, seed by seed not comparable since this change draws other random numbers (95% interval −0.030 to −0.012, p = 0.0001)',
    );
  });

  it('tell the noise of the baseline', () => {
    expect(baseline([2, 2.02])).toBe(
      'the first program scores 2.010 bpb; a change of seed alone moves that by 0.014 (standard deviation over 2 seeds); there is nothing to beat yet',
    );
    expect(baseline([2])).toBe('the first program scores 2.000 bpb; there is nothing to beat yet');
  });
});
