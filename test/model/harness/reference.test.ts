import { describe, expect, it } from 'vitest';
import type { Device, Feeds } from '../../../src/kernels/devices/device';
import { DeviceLostError } from '../../../src/kernels/devices/errors';
import { createWasmDevice } from '../../../src/kernels/devices/wasm/device';
import { referenceMilliseconds } from '../../../src/model/harness/reference';
import { runTrial } from '../../../src/model/harness/run-trial';
import { tinyProgram } from './programs';
import { SMALL_TASK, smallBench } from './small-bench';

/** A device that computes nothing, and takes as many milliseconds a run as it is told. */
function clockwork(millisecondsOf: (call: number) => number) {
  const told = { opened: 0, calls: 0, runs: [] as number[] };
  let time = 0;
  const info = { kind: 'cpu', name: 'clockwork', software: false, precision: 'f32' } as const;
  const device: Device = {
    info,
    open: async () => {
      told.opened++;
      return {
        info,
        plans: {},
        peakBytes: 0,
        planningSeconds: 0,
        write: () => {},
        read: () => Promise.reject(new Error('nothing to read')),
        run: async (_graph: string, feeds: readonly Feeds[]) => {
          time += feeds.length * millisecondsOf(told.calls++);
          told.runs.push(feeds.length);
          return [];
        },
        close: () => {},
      };
    },
    close: () => {},
  };
  return { device, told, now: () => time };
}

describe('the reference workload', () => {
  it('is opened once, and measured in eight pieces of about 25 ms in all', async () => {
    const { device, told, now } = clockwork(() => 0.1);
    expect(await referenceMilliseconds(device, { now })).toBeCloseTo(0.1, 9);
    expect(await referenceMilliseconds(device, { now })).toBeCloseTo(0.1, 9);
    expect(told.opened).toBe(1);
    const measured = told.runs.slice(3);
    expect(measured.length).toBe(16);
    expect(new Set(measured)).toEqual(new Set([31]));
  });

  it('forgets pieces that were held up, and sees a machine that is slower', async () => {
    const { device, now } = clockwork((call) => (call === 5 || call === 7 ? 3 : 0.1));
    expect(await referenceMilliseconds(device, { now })).toBeCloseTo(0.1, 9);
    const slower = clockwork((call) => (call < 11 ? 0.1 : 0.2));
    expect(await referenceMilliseconds(slower.device, { now: slower.now })).toBeCloseTo(0.1, 9);
    expect(await referenceMilliseconds(slower.device, { now: slower.now })).toBeCloseTo(0.2, 9);
  });

  it('is run once where once takes longer', async () => {
    const { device, told, now } = clockwork(() => 400);
    expect(await referenceMilliseconds(device, { now })).toBe(400);
    expect(told.runs.slice(3)).toEqual([1]);
  });

  it('is opened again after the device was lost', async () => {
    const { device, told, now } = clockwork((call) => {
      if (call === 4) throw new DeviceLostError('the GPU was lost');
      return 1;
    });
    await expect(referenceMilliseconds(device, { now })).rejects.toThrow('the GPU was lost');
    expect(await referenceMilliseconds(device, { now })).toBe(1);
    expect(told.opened).toBe(2);
  });
});

describe('the pace of a trial', () => {
  it('is in the summary of a timed one, and of no other', async () => {
    const bench = await smallBench(SMALL_TASK, createWasmDevice({ threads: 1 }));
    const summary = async (budget: { unit: 'seconds' | 'steps'; amount: number }) => {
      const result = await runTrial(bench, { id: 't', program: tinyProgram(), seed: 1, budget });
      if (result.status !== 'finished') throw new Error(JSON.stringify(result));
      return result.summary;
    };
    const { pace } = await summary({ unit: 'seconds', amount: 0.3 });
    expect(pace!.reference).toBeGreaterThan(0);
    expect(pace!.lost).toBeGreaterThanOrEqual(0);
    expect(pace!.lost).toBeLessThan(1);
    expect((await summary({ unit: 'steps', amount: 5 })).pace).toBeUndefined();
  });
});
