import { describe, expect, it } from 'vitest';
import {
  FALSE_DISCOVERIES,
  HIGHEST_LEVEL,
  levelAfter,
  share,
  type Tested,
} from '../../../src/agent/verdicts/level';
import { uniformAt } from '../../../src/kernels/random/threefry';

const counted: Tested = { first: 0.4, gain: false };
const ignored: Tested = { first: 0.9, gain: false };
const promising: Tested = { first: 0.1, gain: false };
const gain: Tested = { first: 0.001, gain: true };
const many = (count: number, tested: Tested) => Array<Tested>(count).fill(tested);

describe('the level of the next candidate', () => {
  it('begins with its share of the wealth, and falls only with tests that look like nulls', () => {
    const first = 0.25 * 0.04 * share(0);
    expect(levelAfter([])).toBeCloseTo(first, 14);
    expect(levelAfter([...many(50, ignored), ...many(20, promising)])).toBeCloseTo(first, 14);
    expect(levelAfter(many(10, counted))).toBeCloseTo(0.25 * 0.04 * share(10), 14);
  });

  it('rises with gains, up to a limit', () => {
    // By hand, from the formula: two counted, a gain, one counted, a gain.
    const log = [counted, counted, gain, counted, gain];
    const wealth = 0.04 * share(3) + 0.01 * share(1) + 0.05 * share(0);
    expect(levelAfter(log)).toBeCloseTo(0.25 * wealth, 14);
    expect(levelAfter(many(10, gain))).toBe(HIGHEST_LEVEL);
  });

  it('has shares that sum to 1', () => {
    let sum = 0;
    for (let i = 0; i < 100_000; i++) sum += share(i);
    const rest = (100_000 ** -0.6 / 0.6) * share(0);
    expect(sum + rest).toBeCloseTo(1, 6);
  });

  it('keeps its promise in arithmetic: what is counted never exceeds q times the gains', () => {
    for (let log = 0; log < 50; log++) {
      const tests: Tested[] = [];
      let spent = 0;
      let gains = 0;
      for (let i = 0; i < 200; i++) {
        const level = levelAfter(tests);
        const first = uniformAt(log, 1, i);
        const isGain = uniformAt(log, 2, i) < 0.1;
        if (first > 0.25 && first <= 0.5) spent += level / 0.25;
        if (isGain) gains++;
        tests.push({ first, gain: isGain });
        expect(spent).toBeLessThanOrEqual(FALSE_DISCOVERIES * Math.max(1, gains) + 1e-12);
      }
    }
  });
});
