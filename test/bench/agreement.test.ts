import { describe, expect, it } from 'vitest';
import { agreementOf, TOLERANCES } from '../../bench/agreement';
import type { Precision } from '../../bench/contenders';

/** Contenders in float32. */
const losses = (all: Record<string, number[]>) =>
  Object.entries(all).map(([id, own]) => ({ contender: { id }, losses: own }));

/** One in mixed precision. */
const mixed = (precision: Exclude<Precision, 'f32'>, own: number[]) => ({
  contender: { id: precision, precision },
  losses: own,
});

describe('agreementOf', () => {
  it('lets rounding pass and says how much there was', () => {
    const { difference, disagreeing } = agreementOf(
      losses({ a: [4, 3], b: [4, 3.0003], c: [4, 3] }),
    );
    expect(disagreeing).toEqual([]);
    expect(difference.f32).toBeCloseTo(1e-4, 6);
  });

  it('names the one that computes something else', () => {
    const { difference, disagreeing } = agreementOf(
      losses({ a: [4, 3, 2], b: [4, 3, 2], odd: [4, 3.1, 2] }),
    );
    expect(disagreeing).toEqual(['odd']);
    expect(difference.f32).toBeGreaterThan(TOLERANCES.f32);
  });

  it('believes neither of two that differ', () => {
    expect(agreementOf(losses({ a: [4], b: [5] })).disagreeing).toEqual(['a', 'b']);
  });

  it('does not take a loss that is no number for one that agrees', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const { disagreeing, difference } = agreementOf(
        losses({ a: [4, 3], b: [4, 3], c: [4, bad] }),
      );
      expect(disagreeing).toEqual(['c']);
      expect(difference.f32! <= TOLERANCES.f32).toBe(false);
    }
    expect(agreementOf(losses({ a: [Number.NaN], b: [Number.NaN] })).disagreeing).toEqual([
      'a',
      'b',
    ]);
  });

  it('remembers a loss that is no number when those after it are', () => {
    const { disagreeing, differences } = agreementOf(
      losses({ a: [4, 3], b: [4, 3], c: [Number.NaN, 3] }),
    );
    expect(disagreeing).toEqual(['c']);
    expect(differences.c).toBeNaN();
  });

  it('compares the steps that all have, and will not compare none', () => {
    expect(agreementOf(losses({ a: [4, 3], b: [4] })).disagreeing).toEqual([]);
    expect(() => agreementOf(losses({ a: [4], b: [] }))).toThrow('no losses');
    expect(agreementOf([]).difference).toEqual({});
  });
});

describe('agreementOf with mixed precision', () => {
  const exact = losses({ a: [4], b: [4.0004] });

  it('judges float32 by float32 alone, however many are mixed', () => {
    const rounded = 4 * (1 + 0.9 * TOLERANCES.f16);
    const all = [
      ...exact,
      mixed('f16', [rounded]),
      mixed('bf16', [rounded]),
      mixed('bf16', [rounded]),
    ];
    const { disagreeing, difference, differences } = agreementOf(all);
    expect(disagreeing).toEqual([]);
    expect(difference.f32).toBe(agreementOf(exact).difference.f32);
    expect(differences.f16).toBeCloseTo(0.9 * TOLERANCES.f16, 3);
    expect(difference.f16).toBe(differences.f16);
  });

  it.each(['f16', 'bf16'] as const)('allows %s its own difference, and no more', (precision) => {
    const off = (share: number) => mixed(precision, [4.0002 * (1 + share * TOLERANCES[precision])]);
    expect(agreementOf([...exact, off(0.99)]).disagreeing).toEqual([]);
    expect(agreementOf([...exact, off(-1.01)]).disagreeing).toEqual([precision]);
    expect(agreementOf([...exact, mixed(precision, [Number.NaN])]).disagreeing).toEqual([
      precision,
    ]);
  });

  it('does not let one in float32 be as far off as those', () => {
    const odd = [4, 4, 4 * (1 + 0.5 * TOLERANCES.f16)].map((loss, i) => ({
      contender: { id: `${i}` },
      losses: [loss],
    }));
    expect(agreementOf(odd).disagreeing).toEqual(['2']);
    expect(agreementOf([...odd, mixed('f16', [4.001])]).disagreeing).toEqual(['2']);
  });

  it('judges mixed ones by each other where nobody is in float32', () => {
    const far = 4 * (1 + 3 * TOLERANCES.bf16);
    expect(agreementOf([mixed('f16', [4]), mixed('bf16', [4.002])]).disagreeing).toEqual([]);
    expect(agreementOf([mixed('f16', [4]), mixed('bf16', [far])]).disagreeing).toEqual([
      'f16',
      'bf16',
    ]);
  });
});
