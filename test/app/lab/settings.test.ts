import { describe, expect, it } from 'vitest';
import { fits, readSettings, setupOf } from '../../../src/app/lab/settings';
import { presetNamed } from '../../../src/model/programs';
import { BUILTIN_TASK } from '../../../src/model/tasks/catalogue';
import { study } from '../fake-lab';

describe('the settings of a link', () => {
  it('are the defaults without one', () => {
    const settings = readSettings('');
    expect(setupOf(settings)).toEqual({
      task: 'builtin',
      program: 'microgpt',
      budget: BUILTIN_TASK.budget,
    });
    expect(settings).toMatchObject({ autostart: true, experiments: null, device: 'auto' });
    expect(settings.problems).toEqual([]);
  });

  it('are read by name', () => {
    const settings = readSettings(
      '?task=names&program=gpt&seconds=1.5&precision=f16&device=cpu&autostart=0&experiments=3&utm_source=x',
    );
    expect(setupOf(settings)).toEqual({
      task: 'names',
      program: 'gpt',
      budget: { unit: 'seconds', amount: 1.5 },
      precision: 'f16',
    });
    expect(settings).toMatchObject({ autostart: false, experiments: 3, device: 'cpu' });
    expect(settings.problems).toEqual([]);
  });

  it.each([
    '?task=nope',
    '?program=../../etc',
    '?seconds=-1',
    '?seconds=',
    '?seconds=NaN',
    '?steps=1e99',
    '?device=quantum',
    '?precision=f8',
    '?autostart=maybe',
    '?experiments=1.5',
  ])('leave out what makes no sense, and say so: %s', (query) => {
    const settings = readSettings(query);
    expect(settings.problems).toHaveLength(1);
    expect(setupOf(settings)).toEqual(setupOf(readSettings('')));
  });

  it('do not mistake what every object has for a name', () => {
    expect(readSettings('?constructor=1&__proto__=2').problems).toEqual([]);
  });

  it('tell whether a study is theirs', () => {
    const own = study({
      task: { ...BUILTIN_TASK, budget: { unit: 'seconds', amount: 2 } },
      baseline: presetNamed('gpt')!.source,
    });
    expect(fits(own, readSettings(''))).toBe(true);
    expect(fits(own, readSettings('?task=builtin&seconds=2&program=gpt'))).toBe(true);
    expect(fits(own, readSettings('?seconds=3'))).toBe(false);
    expect(fits(own, readSettings('?steps=2'))).toBe(false);
    expect(fits(own, readSettings('?task=names'))).toBe(false);
    expect(fits(own, readSettings('?program=microgpt'))).toBe(false);
    expect(fits(own, readSettings('?precision=f32'))).toBe(true);
    expect(fits(own, readSettings('?precision=f16'))).toBe(false);
    const mixed = study({ task: { ...BUILTIN_TASK, precision: 'f16' } });
    expect(fits(mixed, readSettings('?precision=f16'))).toBe(true);
    expect(fits(mixed, readSettings(''))).toBe(true);
  });
});
