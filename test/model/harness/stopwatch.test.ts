import { expect, it } from 'vitest';
import { overheadOf, Stopwatch } from '../../../src/model/harness/stopwatch';

it('gives each part the time that it took, and all but training is overhead', () => {
  let now = 100;
  const watch = new Stopwatch(() => now);
  const spend = (milliseconds: number) => {
    now += milliseconds;
  };
  spend(1000);
  watch.begin('compiling');
  spend(3000);
  watch.begin('training');
  spend(500);
  watch.begin('live samples');
  spend(250);
  watch.begin('training');
  spend(500);
  watch.move(2, 'compiling', 'planning');
  const { parts } = watch;
  expect(parts).toMatchObject({ tracing: 1, planning: 2, compiling: 1, training: 1 });
  expect(parts['live samples']).toBe(0.25);
  expect(overheadOf(parts)).toBe(4.25);
});

it('moves no more than there is', () => {
  let now = 0;
  const watch = new Stopwatch(() => now);
  now = 1000;
  watch.begin('compiling');
  watch.move(5, 'tracing', 'planning');
  expect(watch.parts).toMatchObject({ tracing: 0, planning: 1 });
});
