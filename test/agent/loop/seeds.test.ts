import { describe, expect, it } from 'vitest';
import { foldStudy } from '../../../src/agent/history/fold';
import { chanceOf, newStudyId, seedWindow, studySeed } from '../../../src/agent/loop/seeds';
import { created } from '../fixtures';
import { keptIn, repeat, simulate } from '../verdicts/simulated';

describe('the seeds of a study', () => {
  it('depend on the study and the index, and fit 31 bits', () => {
    const seeds = Array.from({ length: 200 }, (_, index) => studySeed('study-a', index));
    expect(seeds).toEqual(seeds.map((_, index) => studySeed('study-a', index)));
    expect(new Set(seeds).size).toBe(200);
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31)).toBe(true);
    expect(studySeed('study-b', 0)).not.toBe(seeds[0]);
  });

  it('belong to studies with names of their own', () => {
    const ids = new Set(Array.from({ length: 100 }, newStudyId));
    expect(ids.size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^study-[0-9a-z]{10}$/);
  });
});

describe('the chance of a study', () => {
  const of = (origin: object) => chanceOf(foldStudy([{ ...created('study-b'), ...origin }]));

  it('hangs on its own name, or on that of the study whose scores it took over', () => {
    const from = { study: 'study-a', device: 'cpu', experiment: '3' };
    expect(of({})).toBe('study-b');
    expect(of({ origin: from })).toBe('study-b');
    expect(of({ origin: { ...from, seeds: 'study-0' } })).toBe('study-0');
  });
});

describe('the seeds of a comparison', () => {
  const window = (study: ReturnType<typeof simulate>, number: number) =>
    seedWindow(study, study.experiments[number]!, 8);

  it('move on with every sixth comparison, and to new ones after a keep', () => {
    const same = { effect: 0, deviation: 0.005 };
    const better = { effect: -0.2, deviation: 0.005 };
    const candidates = [...repeat(13, { ...same, effect: 0.2 }), better, same];
    const study = simulate({ name: 'windows', candidates, shared: 0 });
    expect(keptIn(study)).toBe(1);
    const starts = [1, 6, 7, 13, 14].map((number) => window(study, number).comparison);
    expect(starts).toEqual([0, 0, 1, 2, 2]);
    expect(window(study, 15)).toEqual({ incumbent: 13, comparison: 13, fresh: false });
    // Nothing that earned the keep is looked at again.
    const earned = study.experiments[14]!.verdict!.evidence.differences.map(({ seed }) => seed);
    const later = study.experiments[15]!.trials.map(({ seed }) => seed);
    expect(later.filter((seed) => earned.includes(seed))).toEqual([]);
  });
});
