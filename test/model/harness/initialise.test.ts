import { describe, expect, it } from 'vitest';
import { initialValues } from '../../../src/model/harness/initialise';

const normal = { kind: 'normal', mean: 0, std: 0.02 } as const;

describe('initial values', () => {
  it('depend on the seed and the name, and on nothing else', () => {
    const spec = { name: 'wte', shape: [27, 16], init: normal };
    expect(initialValues(spec, 7)).toEqual(initialValues({ ...spec }, 7));
    expect(initialValues(spec, 7)).not.toEqual(initialValues(spec, 8));
    expect(initialValues(spec, 7)).not.toEqual(initialValues({ ...spec, name: 'wpe' }, 7));
  });

  it('of a normal initialiser have its mean and spread', () => {
    const values = initialValues(
      { name: 'w', shape: [200, 50], init: { kind: 'normal', mean: 1, std: 2 } },
      3,
    );
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(1, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(2, 1);
  });

  it('of a uniform initialiser fill its range', () => {
    const init = { kind: 'uniform', low: -3, high: -1 } as const;
    const values = initialValues({ name: 'u', shape: [1000], init }, 5);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-3);
    expect(Math.max(...values)).toBeLessThan(-1);
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(1.9);
  });

  it.each([
    [3, 7],
    [7, 3],
    [5, 5],
    [1, 1],
  ])(
    'of an orthogonal initialiser of %d by %d are orthonormal, times the gain',
    (rows, columns) => {
      const init = { kind: 'orthogonal', gain: 2 } as const;
      const w = initialValues({ name: 'o', shape: [rows, columns], init }, 11);
      const byRow = rows <= columns;
      const count = Math.min(rows, columns);
      const length = Math.max(rows, columns);
      const at = (vector: number, i: number) =>
        w[byRow ? vector * columns + i : i * columns + vector]!;
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) {
          let dot = 0;
          for (let i = 0; i < length; i++) dot += at(a, i) * at(b, i);
          expect(dot).toBeCloseTo(a === b ? 4 : 0, 10);
        }
      }
    },
  );
});
