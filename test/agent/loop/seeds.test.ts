import { describe, expect, it } from 'vitest';
import { newStudyId, studySeed } from '../../../src/agent/loop/seeds';

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
