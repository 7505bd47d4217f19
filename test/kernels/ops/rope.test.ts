import { describe, expect, it } from 'vitest';
import { randomTensor, relativeError, runOp, tensor } from './run-op';

const FORWARD = { base: 10_000, inverse: false };
const BACK = { base: 10_000, inverse: true };

describe('rope', () => {
  it('leaves position 0 alone and turns position 1 by one radian in its first pair', () => {
    const x = tensor([1, 2, 1, 2], [3, 4, 1, 0]);
    const expected = tensor([1, 2, 1, 2], [3, 4, Math.cos(1), Math.sin(1)]);
    expect(relativeError(runOp('rope', [x], FORWARD), expected)).toBeLessThan(1e-15);
  });

  it('turns pair d, which is (d, d + D/2), by t * base^(-2d/D)', () => {
    // Position 3 of one head, with 1 in the first half of pair 1 and nothing else.
    const x = tensor([1, 4, 1, 6], [...new Array(19).fill(0), 1, 0, 0, 0, 0]);
    const angle = 3 * 100 ** (-2 / 6);
    const turned = [0, Math.cos(angle), 0, 0, Math.sin(angle), 0];
    const expected = tensor([1, 4, 1, 6], [...new Array(18).fill(0), ...turned]);
    const result = runOp('rope', [x], { base: 100, inverse: false });
    expect(relativeError(result, expected)).toBeLessThan(1e-15);
  });

  it.each([[[1, 1, 1, 2]], [[2, 13, 3, 6]], [[1, 67, 4, 8]], [[3, 17, 6, 16]]])(
    'is undone by its inverse at %j, and keeps every length',
    (shape) => {
      const x = randomTensor(shape, 1);
      const turned = runOp('rope', [x], FORWARD);
      expect(relativeError(runOp('rope', [turned], BACK), x)).toBeLessThan(1e-14);
      expect(Math.hypot(...turned.data)).toBeCloseTo(Math.hypot(...x.data), 10);
    },
  );

  it('makes products of two turned vectors depend on their distance alone', () => {
    const one = randomTensor([1, 1, 1, 8], 1);
    const two = randomTensor([1, 1, 1, 8], 2);
    const everywhere = (x: typeof one) =>
      runOp(
        'rope',
        [
          tensor(
            [1, 20, 1, 8],
            Array(20)
              .fill([...x.data])
              .flat(),
          ),
        ],
        FORWARD,
      ).data;
    const [a, b] = [everywhere(one), everywhere(two)];
    const product = (i: number, j: number) =>
      Array.from({ length: 8 }, (_, d) => a[i * 8 + d]! * b[j * 8 + d]!).reduce((s, n) => s + n, 0);
    expect(product(19, 14)).toBeCloseTo(product(5, 0), 12);
  });

  it('refuses an odd last axis, another rank and a base that is not above 0', () => {
    const x = randomTensor([1, 2, 3, 5], 1);
    expect(() => runOp('rope', [x], FORWARD)).toThrow(
      /must be even, but x has shape \[1, 2, 3, 5\]/,
    );
    expect(() => runOp('rope', [randomTensor([4, 6], 1)], FORWARD)).toThrow(/axes \[B, T, H, D\]/);
    const even = randomTensor([1, 2, 3, 4], 1);
    expect(() => runOp('rope', [even], { base: 0, inverse: false })).toThrow(/base to be above 0/);
  });
});
