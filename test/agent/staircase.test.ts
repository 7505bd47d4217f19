import { describe, expect, it } from 'vitest';
import { foldStudy } from '../../src/agent/history/fold';
import { staircase } from '../../src/agent/staircase';
import { created } from './fixtures';
import { crashing, run, scoring } from './loop/world';

describe('staircase', () => {
  it('steps down at every keep, and only there', async () => {
    const programs = [scoring(3.2), scoring(2.9), crashing, scoring(2.8), scoring(2.95)];
    const points = staircase(await run({ programs }));
    expect(points.map((point) => point.decision)).toEqual([
      'keep',
      'discard',
      'keep',
      'crash',
      'keep',
      'discard',
    ]);
    const best = points.map((point) => point.best!);
    expect(best[1]).toBe(best[0]);
    expect(best[2]).toBeLessThan(best[1]!);
    expect(best[3]).toBe(best[2]);
    expect(best[4]).toBeLessThan(best[3]!);
    expect(best[5]).toBe(best[4]);
    // A point stands where its score says, but for the luck of seeds that only one side ran.
    expect(points[0]!.level).toBe(points[0]!.score);
    expect(points[2]!.level).toBeCloseTo(points[2]!.score!, 2);
    expect(points[3]).toMatchObject({ score: null, level: null });
    expect(points[5]!.level).toBeGreaterThan(best[5]!);
  });

  it('has nothing to show before the baseline has a score', () => {
    expect(staircase(foldStudy([created()]))).toEqual([]);
  });
});
