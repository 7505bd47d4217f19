import { describe, expect, it } from 'vitest';
import { permuted } from '../../../src/model/tasks/permutation';

describe('a permutation that is not stored', () => {
  it.each([1, 2, 3, 4, 5, 16, 17, 100, 1000])('maps 0..%i-1 onto itself', (size) => {
    for (const key of [0, 1, 99]) {
      const images = Array.from({ length: size }, (_, i) => permuted(i, size, 7, key));
      expect([...images].sort((a, b) => a - b)).toEqual(Array.from(images.keys()));
    }
  });

  it('is another one for another key, and leaves little where it was', () => {
    const order = (key: number) => Array.from({ length: 500 }, (_, i) => permuted(i, 500, 7, key));
    expect(order(1)).not.toEqual(order(2));
    expect(order(1).filter((image, i) => image === i).length).toBeLessThan(10);
  });

  it('sends each place everywhere alike', () => {
    const counts = new Array<number>(7).fill(0);
    for (let key = 0; key < 7000; key++) counts[permuted(3, 7, key, 5)]!++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150); // 5 sigma
  });
});
