import { describe, expect, it } from 'vitest';
import { plotOf } from '../../../src/agent/report/evidence-plot';
import type { Evidence } from '../../../src/agent/study';
import { NO_EVIDENCE } from '../../../src/agent/verdicts/evidence';

const differences = [-0.03, -0.02, -0.01].map((difference, seed) => ({ seed, difference }));

describe('plotOf', () => {
  it('puts differences, their mean and its interval on one scale with 0', () => {
    const evidence: Evidence = { differences, mean: -0.02, interval: [-0.045, 0.005], p: 0.04 };
    const plot = plotOf(evidence)!;
    const [{ values, name }] = plot.rows as [(typeof plot.rows)[number]];
    expect(name).toBe('difference');
    expect(values[1]).toBeCloseTo(plot.mean!, 12);
    // The interval is the widest, with 6% of room on both sides: 0.05 of 0.056.
    expect(plot.interval![0]).toBeCloseTo(0.003 / 0.056, 12);
    expect(plot.interval![1]).toBeCloseTo(0.053 / 0.056, 12);
    expect(plot.zero).toBeCloseTo(0.048 / 0.056, 12);
    expect(plot.ends).toEqual(['\u22120.048', '0.008']);
    expect(plot.label).toMatch(/^better by 0\.020 bpb on 3 of 3 seeds/);
  });

  it('shows the scores of both sides where seeds cannot be compared', () => {
    const scores = { candidate: [2.4, 2.5], incumbent: [2.6, 2.7, 2.8] };
    const evidence: Evidence = {
      ...NO_EVIDENCE,
      pairing: 'unpaired',
      scores,
      mean: -0.25,
      interval: [-0.4, -0.1],
      p: 0.01,
    };
    const plot = plotOf(evidence)!;
    expect(plot.rows.map(({ name, values }) => [name, values.length])).toEqual([
      ['candidate', 2],
      ['incumbent', 3],
    ]);
    // The line stands at the incumbent's mean, and the mean of the candidate to its left.
    expect(plot.zero).toBeCloseTo(plot.rows[1]!.values[1]!, 12);
    const [a, b] = plot.rows[0]!.values as [number, number];
    expect(plot.mean).toBeCloseTo((a + b) / 2, 12);
    for (const { values } of plot.rows)
      for (const value of values) expect(value > 0 && value < 1).toBe(true);
    expect(plot.ends[0]).toMatch(/^2\.\d{3}$/);
  });

  it('draws one difference, and none of what has no mean', () => {
    const one = plotOf({ ...NO_EVIDENCE, differences: [{ seed: 1, difference: 0 }], mean: 0 })!;
    expect(one.rows[0]!.values).toEqual([0.5]);
    expect(one.interval).toBeNull();
    expect(plotOf(NO_EVIDENCE)).toBeNull();
  });
});
