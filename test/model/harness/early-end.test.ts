import { describe, expect, it } from 'vitest';
import { createWasmDevice } from '../../../src/kernels/devices/wasm/device';
import {
  byProgress,
  type EarlyEnd,
  EarlyEndWatch,
  smoothedLoss,
} from '../../../src/model/harness/early-end';
import { runTrial } from '../../../src/model/harness/run-trial';
import { tinyProgram } from './programs';
import { SMALL_TASK, smallBench } from './small-bench';

const end: EarlyEnd = {
  rate: 0.04,
  checks: [
    { progress: 0.25, loss: 3, gap: 0.2 },
    { progress: 0.5, loss: 2, gap: 0.2 },
  ],
};
const flat = (from: number, to: number, loss: number) =>
  Array.from({ length: Math.round((to - from) * 100) }, (_, i) => ({
    progress: from + (i + 1) / 100,
    loss,
  }));

describe('a curve by progress', () => {
  it('is in shares of whatever the budget counts', () => {
    const points = [{ step: 5, tokens: 50, seconds: 2, loss: 1 }];
    const at = (unit: 'seconds' | 'steps' | 'tokens' | 'flops', amount: number) =>
      byProgress(points, { unit, amount }, 10)[0]!.progress;
    expect([at('seconds', 4), at('steps', 10), at('tokens', 100), at('flops', 1000)]).toEqual([
      0.5, 0.5, 0.5, 0.5,
    ]);
  });

  it('is smoothed over the tenth of the budget before a check', () => {
    const curve = [...flat(0, 0.15, 9), ...flat(0.15, 0.25, 3), ...flat(0.25, 1, 1)];
    expect(smoothedLoss(curve, 0.25)).toBeCloseTo(3, 9);
    expect(smoothedLoss(flat(0, 0.1, 1), 0.5)).toBeNull();
  });
});

describe('the watch over a curve', () => {
  it('ends a trial at the first check it fails, and says why', () => {
    const watch = new EarlyEndWatch(end);
    expect(watch.see(flat(0, 0.2, 9))).toBeNull();
    const stopped = watch.see(flat(0.2, 0.3, 3.9));
    expect(stopped).toMatchObject({ progress: 0.25 });
    expect(stopped!.reason).toMatch(
      /^stopped at 25% .* nats per token above .* where 0\.200 are allowed; .* at most 4\.0% of/,
    );
  });

  it('lets go on what keeps within the gap, and checks once', () => {
    const watch = new EarlyEndWatch(end);
    expect(watch.see(flat(0, 0.3, 3.15))).toBeNull();
    expect(watch.see(flat(0.3, 0.45, 2.15))).toBeNull();
    expect(watch.see(flat(0.45, 1, 2.15))).toBeNull();
    expect(watch.see(flat(0, 1, 9))).toBeNull();
  });
});

describe('a trial with limits to its curve', () => {
  it('is stopped on a real device where it is worse, and is its usual self where it is not', async () => {
    const bench = await smallBench(SMALL_TASK, createWasmDevice({ threads: 1 }));
    // Long enough that a check comes before the last steps are under way.
    const budget = { unit: 'steps', amount: 200 } as const;
    const request = { id: 't', program: tinyProgram(), seed: 1, budget };
    const whole = await runTrial(bench, request);
    if (whole.status !== 'finished') throw new Error('it did not finish');
    const curve = byProgress(whole.summary.curve, budget, whole.summary.flopsPerToken);
    const against = (above: number): EarlyEnd => ({
      rate: 0.05,
      checks: [0.25, 0.4].map((progress) => ({
        progress,
        loss: smoothedLoss(curve, progress)! - above,
        gap: 0.1,
      })),
    });
    const same = await runTrial(bench, { ...request, end: against(0) });
    expect(same.status === 'finished' && same.summary.valBpb).toBe(whole.summary.valBpb);
    const stopped = await runTrial(bench, { ...request, end: against(0.3) });
    if (stopped.status !== 'stopped') throw new Error(`it ${stopped.status}`);
    expect(stopped.progress).toBe(0.25);
    expect(stopped.gap).toBeCloseTo(0.3, 6);
    expect(stopped.curve.at(-1)!.step).toBeLessThan(200);
    const timed = { unit: 'seconds', amount: 0.4 } as const;
    const slow = { rate: 0.05, checks: [{ progress: 0.25, loss: -9, gap: 0 }] };
    const clocked = await runTrial(bench, { ...request, budget: timed, end: slow });
    expect(clocked.status === 'stopped' && clocked.pace!.stepsPerSecond).toBeGreaterThan(0);
  });
});
