import { describe, expect, it } from 'vitest';
import { afterEvent, beginTrial } from '../../../src/app/lab/live';
import type { LossPoint, TrialEvent } from '../../../src/model/harness/trial';

const point = (step: number, loss = 1): LossPoint => ({
  step,
  tokens: step * 10,
  seconds: step / 100,
  loss,
});
const progress = (points: readonly LossPoint[]): TrialEvent => ({
  type: 'progress',
  progress: 0.5,
  points,
  tokensPerSecond: 100,
});
const begun = beginTrial('t', 'e', 7);

describe('a live trial', () => {
  it('gathers what its events say and leaves earlier values alone', () => {
    const planned = afterEvent(begun, {
      type: 'planned',
      device: { kind: 'cpu', name: 'cpu', software: false, precision: 'f32' },
      parameters: 100,
      flopsPerToken: 600,
      launchesPerStep: 9,
    });
    const training = afterEvent(planned, { type: 'stage', stage: 'training' });
    const moved = afterEvent(training, progress([point(1), point(2)]));
    expect(begun.plan).toBeNull();
    expect(training.points).toEqual([]);
    expect(moved).toMatchObject({
      stage: 'training',
      progress: 0.5,
      tokensPerSecond: 100,
      plan: { parameters: 100 },
      points: [point(1), point(2)],
    });
  });

  it('keeps its points when progress brings none', () => {
    const moved = afterEvent(begun, progress([point(1)]));
    expect(afterEvent(moved, progress([])).points).toBe(moved.points);
  });

  it('averages neighbours rather than to grow without end, and keeps the last point', () => {
    let live = begun;
    for (let i = 0; i < 50; i++) {
      const points = Array.from({ length: 100 }, (_, k) => point(i * 100 + k + 1, (k % 2) * 2));
      live = afterEvent(live, progress(points));
    }
    expect(live.points.length).toBeLessThanOrEqual(1000);
    expect(live.points.at(-1)?.step).toBe(5000);
    const steps = live.points.map(({ step }) => step);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    // As fine at the beginning as later on: a stretch of 16 steps each, but for what came last.
    expect(steps.slice(0, 3)).toEqual([16, 32, 48]);
    const early = live.points.slice(0, 100).map(({ loss }) => loss);
    // Single points swing between 0 and 2.
    expect(Math.max(...early)).toBeLessThan(1.5);
    expect(Math.min(...early)).toBeGreaterThan(0.5);
  });

  it('keeps samples from the whole of a long trial, the first and the last among them', () => {
    let live = begun;
    for (let step = 0; step < 500; step++) {
      live = afterEvent(live, { type: 'sample', step, text: `after ${step}` });
    }
    const steps = live.samples.map((sample) => sample.step);
    expect(steps.length).toBeLessThanOrEqual(60);
    expect(steps[0]).toBe(0);
    expect(steps.at(-1)).toBe(499);
  });
});
