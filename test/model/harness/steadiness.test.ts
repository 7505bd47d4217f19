import { describe, expect, it } from 'vitest';
import { lostShare, median } from '../../../src/model/harness/steadiness';

const chunk = (seconds: number, steps = 1, phase = 0) => ({ seconds, steps, phase });

describe('the share of training that was held up', () => {
  it('is nothing for a steady trial, whatever its pace, and for ordinary jitter', () => {
    expect(lostShare([1, 1, 1, 1].map((s) => chunk(s)))).toBe(0);
    expect(lostShare([9, 1, 1.2, 0.9, 1.1, 0.8].map((s) => chunk(s)))).toBe(0);
    expect(lostShare([])).toBe(0);
    expect(lostShare([chunk(5)])).toBe(0);
  });

  it('counts what slow chunks took beyond the median pace for a step', () => {
    const seconds = [9, 1, 1, 1, 1, 3];
    expect(lostShare(seconds.map((s) => chunk(s)))).toBeCloseTo(2 / 7, 12);
    expect(lostShare(seconds.map((s) => chunk(4 * s, 4)))).toBeCloseTo(2 / 7, 12);
  });

  it('takes each phase at its own pace', () => {
    const chunks = [1, 1, 1]
      .map((s) => chunk(s, 1, 0))
      .concat([5, 5, 5].map((s) => chunk(s, 1, 1)));
    expect(lostShare(chunks)).toBe(0);
  });
});

describe('the median', () => {
  it('is the middle, or the mean of both middles', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBe(0);
  });
});
