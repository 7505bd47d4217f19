import { describe, expect, it } from 'vitest';
import { withOtherNumbers } from '../../bench/overhead/numbers';
import { overheadReport, shareOf } from '../../bench/overhead/report';
import { TRIAL_PARTS, type TrialParts } from '../../src/model/harness/stopwatch';
import { PRESETS, presetNamed } from '../../src/model/programs';

/** A trial that takes so many seconds beside its training, in equal parts. */
const partsOf = (overhead: number): TrialParts =>
  Object.fromEntries(
    TRIAL_PARTS.map((part) => [
      part,
      part === 'training' ? 15 : overhead / (TRIAL_PARTS.length - 1),
    ]),
  ) as TrialParts;

const resultOf = (first: number, second: number) => ({
  program: 'gpt',
  device: 'a device',
  seconds: 15,
  trials: [first, second].map((overhead, n) => ({
    parts: partsOf(overhead),
    pipelines: n === 0 ? 40 : 0,
    steps: 100,
    valBpb: 2,
  })),
});

describe('the overhead of a trial', () => {
  it('is judged by the last trial alone', () => {
    expect(shareOf(resultOf(9, 1.5))).toBeCloseTo(0.1);
    expect(overheadReport(resultOf(9, 1.5))).toMatch(/within 15%/);
    expect(overheadReport(resultOf(1, 3))).toMatch(/OVER 15%/);
  });

  it('is told part by part', () => {
    const text = overheadReport(resultOf(9, 1.5));
    for (const part of TRIAL_PARTS) expect(text).toContain(part);
    expect(text).toMatch(/of the budget +60\.0% +10\.0%/);
    expect(text).toMatch(/pipelines built +40 +0/);
  });
});

describe('the second program', () => {
  it.each(PRESETS)(
    'of $name has another learning rate, and is the same otherwise',
    ({ source }) => {
      const other = withOtherNumbers(source);
      expect(other.optimizer).not.toBe(source.optimizer);
      const withoutNumbers = (text: string) => text.replace(/\d[\d.e-]*/g, '#');
      expect(withoutNumbers(other.optimizer)).toBe(withoutNumbers(source.optimizer));
      expect(withoutNumbers(other.model)).toBe(withoutNumbers(source.model));
    },
  );

  it('needs a learning rate to change', () => {
    const { model } = presetNamed('gpt')!.source;
    expect(() => withOtherNumbers({ model, optimizer: 'export const batch = 4;' })).toThrow(
      /learningRate/,
    );
  });
});
