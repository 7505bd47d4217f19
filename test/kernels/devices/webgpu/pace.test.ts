import { describe, expect, it } from 'vitest';
import { SubmitPace } from '../../../../src/kernels/devices/webgpu/pace';

/** A run of so many operations, and of no bytes and no launches. */
const work = (flops: number) => ({ flops, bytesMoved: 0, launches: 0 });

describe('SubmitPace', () => {
  it('fills a tenth of a second, as far as there is memory', () => {
    expect(new SubmitPace(work(1e11 / 1000), 64, false).runs).toBe(64);
    expect(new SubmitPace(work(1e11 / 400), 64, false).runs).toBe(40);
    expect(new SubmitPace(work(1e11 / 1000), 7, false).runs).toBe(7);
  });

  it('takes ten runs together that last longer, but never a second of a GPU that others watch', () => {
    expect(new SubmitPace(work(1e11 / 15), 64, false).runs).toBe(10);
    expect(new SubmitPace(work(1e11 / 4), 64, false).runs).toBe(4);
    expect(new SubmitPace(work(1e11 * 30), 64, false).runs).toBe(1);
  });

  it('takes ten runs of seconds each together on a GPU in software', () => {
    expect(new SubmitPace(work(2e9 * 3), 64, true).runs).toBe(10);
    expect(new SubmitPace(work(2e9 * 100), 64, true).runs).toBe(1);
  });

  it('believes what it has seen: slower at once, faster by and by', () => {
    const pace = new SubmitPace(work(1e11 * 30), 64, false);
    pace.record(0.002, 1);
    expect(pace.runs).toBe(50);
    pace.record(0.004 * 50, 50);
    expect(pace.runs).toBe(25);
    pace.record(0.002 * 25, 25);
    expect(pace.runs).toBe(29);
    for (let i = 0; i < 20; i++) pace.record(0.002 * 25, 25);
    expect(pace.runs).toBe(49);
  });
});
