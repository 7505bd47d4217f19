import { describe, expect, it } from 'vitest';
import { LossWatch } from '../../../src/model/harness/loss-watch';
import { thinCurve } from '../../../src/model/harness/thin-curve';

const GUESS = Math.log(27);
const points = (losses: readonly number[]) =>
  losses.map((loss, i) => ({ step: i + 1, tokens: 64 * (i + 1), seconds: 0.1 * (i + 1), loss }));
const outputs = (losses: readonly number[]) =>
  losses.map((loss) => ({ loss: Float32Array.of(loss) }));

function see(losses: readonly number[]): void {
  new LossWatch(GUESS).see(points(losses), outputs(losses));
}

describe('the loss watch', () => {
  it('lets a noisy loss and a bad beginning pass', () => {
    expect(() => see([3.3, 3.5, 2.9, 9, 3.1, 2.8])).not.toThrow();
    expect(() => see([40, 30, 20, 10, 5])).not.toThrow();
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('ends a trial whose loss is %d', (bad) => {
    expect(() => see([3.3, 3.2, bad])).toThrow(/at step 3/);
  });

  it('says in mixed precision what else may be the cause', () => {
    const watch = new LossWatch(GUESS, 'f16');
    expect(() => watch.see(points([Number.NaN]), outputs([Number.NaN]))).toThrow(/65,520/);
    expect(() => see([Number.NaN])).not.toThrow(/65,520/);
  });

  it('ends a trial whose loss runs away', () => {
    expect(() => see([3.3, ...new Array(60).fill(50)])).toThrow(/ran away/);
  });

  it("ends a trial whose own objective is no number, though the harness's loss still is", () => {
    const watch = new LossWatch(GUESS);
    const output = { loss: Float32Array.of(3), objective: Float32Array.of(Number.NaN) };
    expect(() => watch.see(points([3]), [output])).toThrow(/NaN at step 1/);
  });
});

describe('a thinned curve', () => {
  it('keeps a short one whole', () => {
    expect(thinCurve(points([3, 2, 1]))).toEqual(points([3, 2, 1]));
  });

  it('stands for a long one by the means of its stretches, to its last step', () => {
    const long = points(Array.from({ length: 1037 }, (_, i) => 3 - i / 1000));
    const thin = thinCurve(long);
    expect(thin).toHaveLength(200);
    expect(thin.at(-1)!.step).toBe(1037);
    const mean = (curve: readonly { loss: number }[]) =>
      curve.reduce((sum, { loss }) => sum + loss, 0) / curve.length;
    expect(mean(thin)).toBeCloseTo(mean(long), 2);
  });
});
