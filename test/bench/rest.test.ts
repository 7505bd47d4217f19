import { describe, expect, it } from 'vitest';
import { untilAtRest } from '../../bench/rest';

/** Processor seconds that grow by so much in each window, and how long was waited. */
function machine(growth: readonly (number | null)[]) {
  let seconds = 12.34;
  let window = 0;
  let waited = 0;
  return {
    busySeconds: () => {
      const more = window === 0 ? 0 : growth[Math.min(window, growth.length) - 1]!;
      window++;
      if (more === null) return null;
      seconds += more;
      return seconds;
    },
    wait: async (milliseconds: number) => {
      waited += milliseconds;
    },
    waited: () => waited,
  };
}

describe('untilAtRest', () => {
  it('waits while the processor is busy, and no longer', async () => {
    const busy = machine([0.1, 0.05, 0.02, 0.01, 0.5]);
    await untilAtRest(busy.busySeconds, busy.wait);
    expect(busy.waited()).toBe(200);
    const idle = machine([0]);
    await untilAtRest(idle.busySeconds, idle.wait);
    expect(idle.waited()).toBe(50);
  });

  it('does not wait for ever for who never rests, nor where nothing is told', async () => {
    const restless = machine([0.05]);
    await untilAtRest(restless.busySeconds, restless.wait);
    expect(restless.waited()).toBe(2000);
    const silent = machine([null]);
    await untilAtRest(silent.busySeconds, silent.wait);
    expect(silent.waited()).toBe(50);
  });
});
