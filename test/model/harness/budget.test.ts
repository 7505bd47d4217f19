import { describe, expect, it } from 'vitest';
import {
  afterSteps,
  NOTHING_SPENT,
  progressOf,
  stepsUntil,
  TrainingClock,
} from '../../../src/model/harness/budget';

const COST = { seconds: 0.5, tokens: 64, flops: 1000 };

describe('a budget', () => {
  it.each([
    ['steps', 10, 10],
    ['tokens', 640, 10],
    ['tokens', 641, 11],
    ['flops', 9500, 10],
    ['seconds', 5, 10],
  ] as const)('in %s of %d takes %d steps', (unit, amount, steps) => {
    expect(stepsUntil({ unit, amount }, 1, NOTHING_SPENT, COST)).toBe(steps);
  });

  it('is used up exactly once its steps are done, whatever the rounding', () => {
    const budget = { unit: 'seconds', amount: 0.3 } as const;
    const cost = { ...COST, seconds: 0.1 };
    const spent = afterSteps(NOTHING_SPENT, cost, 3);
    expect(spent.seconds).not.toBe(0.3);
    expect(stepsUntil(budget, 1, spent, cost)).toBe(0);
  });

  it('ends a phase at its share', () => {
    const budget = { unit: 'steps', amount: 100 } as const;
    expect(stepsUntil(budget, 0.25, NOTHING_SPENT, COST)).toBe(25);
    expect(stepsUntil(budget, 0.25, afterSteps(NOTHING_SPENT, COST, 25), COST)).toBe(0);
  });

  it('never reports more than all of it', () => {
    const spent = afterSteps(NOTHING_SPENT, COST, 12);
    expect(progressOf({ unit: 'steps', amount: 10 }, spent)).toBe(1);
    expect(progressOf({ unit: 'seconds', amount: 12 }, spent)).toBe(0.5);
  });
});

describe('the training clock', () => {
  it('counts only while training runs', () => {
    let now = 0;
    const clock = new TrainingClock(() => now);
    now = 5000;
    expect(clock.seconds).toBe(0);
    clock.start();
    now = 6000;
    clock.start();
    now = 7500;
    expect(clock.seconds).toBe(2.5);
    clock.stop();
    now = 60_000;
    expect(clock.seconds).toBe(2.5);
    clock.start();
    now = 60_500;
    expect(clock.seconds).toBe(3);
  });
});
