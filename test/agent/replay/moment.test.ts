import { describe, expect, it } from 'vitest';
import { momentAt } from '../../../src/agent/replay/moment';
import { timelineOf } from '../../../src/agent/replay/timeline';
import type { TrialResult } from '../../../src/model/harness/trial';
import { created, proposal } from '../fixtures';
import { falling, trained, trialEvents } from './logs';

const BUDGET = { unit: 'seconds', amount: 10 } as const;

function timelineWith(result: TrialResult, seconds = 12) {
  return timelineOf([
    created('a', 0),
    { type: 'experiment-proposed', at: 0, experiment: '0', proposal: proposal({ parent: null }) },
    ...trialEvents(1000, seconds, result, { trial: 'a.0.5' }),
  ]);
}

describe('a recorded trial while it ran', () => {
  it('grows along its curve, from nothing to all of it', () => {
    const timeline = timelineWith(trained(10));
    const at = (time: number) => momentAt(timeline, time, BUDGET);
    expect(at(999)).toBeNull();
    expect(at(13_000)).toBeNull();
    // 12 seconds hold 10 of training: one before, one after.
    expect(at(1500)).toMatchObject({ stage: 'starting', progress: 0, points: [], samples: [] });
    expect(at(7000)).toMatchObject({
      trial: 'a.0.5',
      experiment: '0',
      seed: 5,
      stage: 'training',
      progress: 0.5,
      tokensPerSecond: 100,
      plan: { parameters: 4192 },
    });
    expect(at(7000)!.points).toEqual(falling(10).slice(0, 50));
    expect(at(12_500)).toMatchObject({ stage: 'evaluating', progress: 1 });
    expect(at(12_500)!.samples).toEqual([{ step: 10, text: 'ann' }]);
    let points = 0;
    for (let time = 1000; time < 13_000; time += 37) {
      const moment = at(time)!;
      expect(moment.points.length).toBeGreaterThanOrEqual(points);
      points = moment.points.length;
    }
    expect(points).toBe(100);
  });

  it('comes as far as it came when it was ended early or crashed', () => {
    const stopped: TrialResult = {
      status: 'stopped',
      progress: 0.4,
      gap: 0.2,
      reason: 'worse',
      curve: falling(4),
    };
    const crash: TrialResult = {
      status: 'crashed',
      crash: { kind: 'exploded', message: 'off' },
      curve: falling(3),
    };
    expect(momentAt(timelineWith(stopped, 4), 4999, BUDGET)!.progress).toBeCloseTo(0.4, 2);
    expect(momentAt(timelineWith(crash, 3), 3999, BUDGET)!.progress).toBeCloseTo(0.3, 2);
    const flops = momentAt(timelineWith(crash, 3), 2500, { unit: 'flops', amount: 1e9 });
    expect(flops!.progress).toBeCloseTo(0.5, 2);
    expect(flops!.plan).toBeNull();
  });

  it('bears a curve with numbers that are none', () => {
    const curve = falling(10).map((point, i) =>
      i > 5 ? { ...point, seconds: Number.NaN } : point,
    );
    const crash: TrialResult = {
      status: 'crashed',
      crash: { kind: 'not finite', message: 'off' },
      curve,
    };
    const timeline = timelineWith(crash, 12);
    expect(timeline.times.every(Number.isFinite)).toBe(true);
    for (let time = 0; time < timeline.length; time += 500) {
      const moment = momentAt(timeline, time, BUDGET);
      if (moment) expect(moment.progress).toBeGreaterThanOrEqual(0);
    }
  });
});
