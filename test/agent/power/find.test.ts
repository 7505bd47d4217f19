import { describe, expect, it } from 'vitest';
import { isKnownAtBoth } from '../../../src/agent/power/find';
import { gainOf } from '../../../src/agent/power/gain';
import { adding, featuresOf, find, having, LONG, SHORT, scoreOf } from './world';

/** One that helps, one that helps in a long training alone, one that hurts, and one that does nothing. */
const EFFECTS = { wide: [-0.1, -0.4], gate: [0.05, -0.5], bad: [0.1, 0.1], idle: [0, 0] } as const;
/** Three that help, by different amounts. */
const THREE = { a: [-0.1, -0.1], b: [-0.1, -0.3], c: [-0.1, -0.2] } as const;

const onFirst = <T extends { readonly on: readonly string[] }>(list: readonly T[]) =>
  list.filter(({ on }) => on.length === 0);

describe('the search on one program', () => {
  it('finds what helps at the long budget, and tells what helps at the budget too', async () => {
    const { found, tried } = await find(EFFECTS);
    expect(new Map(onFirst(found).map((edit) => [edit.kind, isKnownAtBoth(edit)]))).toEqual(
      new Map([
        ['wide', true],
        ['gate', false],
      ]),
    );
    for (const { long, short } of found) {
      expect(long).toHaveLength(6);
      expect(gainOf(long).interval[1]).toBeLessThan(0);
      expect(short).toHaveLength(16);
    }
    expect(Object.fromEntries(onFirst(tried).map(({ title, fate }) => [title, fate]))).toEqual({
      wide: 'known at both',
      gate: 'known at the long budget',
      bad: 'no gain',
      idle: 'no gain',
    });
  });

  it('drops losers after two seeds, and looks at the budget after all its seeds alone', async () => {
    const { trials, found } = await find(EFFECTS);
    const of = (features: string, { amount }: { amount: number }) =>
      trials.filter(
        ({ program, budget }) => program.model === features && budget?.amount === amount,
      );
    expect(of('bad', LONG)).toHaveLength(2);
    expect(of('bad', SHORT)).toHaveLength(0);
    // It loses on every seed of the budget, and still has them all.
    expect(of('gate', SHORT)).toHaveLength(16);
    const [edit] = found;
    const seeds = [...edit!.long, ...edit!.short!].map(({ seed }) => seed);
    expect(new Set(seeds).size).toBe(6 + 16);
  });

  it('does not count one that has no score at the budget', async () => {
    const { found } = await find(
      { wide: [0, -0.4] },
      { score: async (r) => (r.budget === SHORT ? null : scoreOf({ wide: [0, -0.4] }, r)) },
    );
    expect(found.map(({ short }) => short)).toEqual([null]);
    expect(found.some(isKnownAtBoth)).toBe(false);
  });

  it('trains nothing that is too costly', async () => {
    const { found, tried, trials } = await find(EFFECTS, {
      affordable: async (program) => !featuresOf(program).includes('wide'),
    });
    expect(tried.filter(({ fate }) => fate === 'too costly').map(({ title }) => title)).toContain(
      'wide',
    );
    expect(trials.some(({ program }) => program.model.includes('wide'))).toBe(false);
    expect(found.map(({ kind }) => kind)).toEqual(['gate']);
  });

  it('tries no text twice', async () => {
    const { tried } = await find({ wide: [-0.1, -0.4] }, { edits: [adding('wide')], draws: 4 });
    expect(tried).toHaveLength(1);
  });
});

describe('the search on further programs', () => {
  it('goes on from the strongest that is known at both budgets, and then from the next', async () => {
    const { found } = await find(THREE);
    const bases = [...new Set(found.map(({ on }) => on.join(' ')))];
    // From b: b then c is stronger than c alone, and c alone than a.
    expect(bases.slice(0, 3)).toEqual(['', 'b', 'b c']);
    for (const { baseline, on, program, kind } of found) {
      expect(baseline).toEqual(having(...on));
      expect(program).toEqual(having(...on, kind));
    }
  });

  it('does not go on from one that a study at the budget would not have kept', async () => {
    const { found } = await find(EFFECTS);
    expect(found.map(({ on }) => on.join(' '))).not.toContain('gate');
    expect(found.find(({ kind, on }) => kind === 'gate' && on[0] === 'wide')).toBeDefined();
  });

  it('ends when enough are known at both, whatever else it found', async () => {
    const { found } = await find(EFFECTS, { wanted: 1 });
    expect(found.filter(isKnownAtBoth)).toHaveLength(1);
    const more = await find({ ...THREE, ...EFFECTS }, { wanted: 5 });
    expect(more.found.filter(isKnownAtBoth)).toHaveLength(5);
    expect(more.found.at(-1)!.on.length).toBeGreaterThan(0);
  });

  it('tries first what helped before', async () => {
    const idle = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`idle${i}`, [0.1, 0.1]]));
    const { tried } = await find({ ...idle, ...THREE } as never, { wanted: 4 });
    expect(new Set(tried.filter(({ on }) => on.length === 1).map(({ title }) => title))).toEqual(
      new Set([tried.at(-1)!.title]),
    );
  });

  it('ends when everything is used up', async () => {
    const { found } = await find({ wide: [-0.1, -0.4] });
    expect(found).toHaveLength(1);
  });
});
