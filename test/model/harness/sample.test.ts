import { describe, expect, it } from 'vitest';
import { draw } from '../../../src/model/harness/sample';

describe('drawing a token', () => {
  const logits = Float32Array.of(Math.log(1), Math.log(2), Math.log(5));

  it('follows the probabilities', () => {
    const counts = [0, 0, 0];
    for (let i = 0; i < 800; i++) counts[draw(logits, 1, (i + 0.5) / 800)]!++;
    expect(counts).toEqual([100, 200, 500]);
  });

  it('sharpens as the temperature falls', () => {
    expect(draw(logits, 0.01, 0.001)).toBe(2);
  });

  it('survives logits that would overflow', () => {
    expect(draw(Float32Array.of(1e30, -1e30), 1, 0.999)).toBe(0);
  });
});
