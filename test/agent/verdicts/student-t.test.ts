import { describe, expect, it } from 'vitest';
import {
  incompleteBeta,
  logGamma,
  studentCdf,
  studentQuantile,
} from '../../../src/agent/verdicts/student-t';

/** Critical values as printed in any table of the t distribution: freedom, one-sided tail, t. */
const TABLE = [
  [1, 0.05, 6.314],
  [1, 0.025, 12.706],
  [1, 0.005, 63.657],
  [2, 0.05, 2.92],
  [2, 0.01, 6.965],
  [2, 0.005, 9.925],
  [3, 0.025, 3.182],
  [3, 0.01, 4.541],
  [4, 0.025, 2.776],
  [4, 0.01, 3.747],
  [4, 0.001, 7.173],
  [9, 0.05, 1.833],
  [10, 0.025, 2.228],
  [30, 0.01, 2.457],
  [120, 0.025, 1.98],
] as const;

describe("Student's t", () => {
  it.each(TABLE)('with %d degrees of freedom and a tail of %d is %d', (freedom, tail, t) => {
    expect(studentQuantile(1 - tail, freedom)).toBeCloseTo(t, 3);
    expect(studentQuantile(tail, freedom)).toBeCloseTo(-t, 3);
    expect(studentCdf(-t, freedom)).toBeCloseTo(tail, 4);
  });

  it('agrees with its closed forms for 1 and 2 degrees of freedom', () => {
    for (const t of [-1e6, -700, -12, -3, -1, -0.2, 0, 0.01, 0.7, 2, 5, 40, 1e5]) {
      expect(studentCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 12);
      expect(studentCdf(t, 2)).toBeCloseTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 12);
    }
  });

  it('approaches the normal distribution', () => {
    expect(studentCdf(1.959964, 1e6)).toBeCloseTo(0.975, 5);
  });

  it('has a quantile that undoes it, and its ends', () => {
    for (const freedom of [1, 2, 3, 7, 40]) {
      for (const p of [1e-6, 0.0036, 0.2, 0.5, 0.9, 0.9999]) {
        expect(studentCdf(studentQuantile(p, freedom), freedom) / p).toBeCloseTo(1, 9);
      }
    }
    expect([studentCdf(Number.NEGATIVE_INFINITY, 3), studentCdf(Infinity, 3)]).toEqual([0, 1]);
    expect(studentCdf(Number.NaN, 3)).toBeNaN();
    expect(() => studentQuantile(0, 3)).toThrow(RangeError);
  });
});

describe('its parts', () => {
  it('knows the gamma function of whole and half numbers', () => {
    let factorial = 1;
    for (let n = 1; n < 20; n++) {
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 11);
      factorial *= n;
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 11);
    expect(logGamma(100.5)).toBeCloseTo(361.4355404678, 8);
  });

  it('knows the incomplete beta function', () => {
    expect(incompleteBeta(0.3, 1, 1)).toBeCloseTo(0.3, 13);
    expect(incompleteBeta(0.3, 2, 1)).toBeCloseTo(0.09, 13);
    expect(incompleteBeta(0.5, 8, 8)).toBeCloseTo(0.5, 13);
    expect(incompleteBeta(0.2, 3, 5)).toBeCloseTo(1 - incompleteBeta(0.8, 5, 3), 13);
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
  });
});
