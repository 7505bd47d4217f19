import { describe, expect, it } from 'vitest';
import { studySeed } from '../../../src/agent/loop/seeds';
import type { Study } from '../../../src/agent/study';
import { normalAt } from '../../../src/kernels/random/threefry';
import { type Candidate, costOf, heavy, keptIn, repeat, simulate, type World } from './simulated';

/**
 * Rates of the whole rule, through the loop's own code with drawn scores. SHOW_RATES=1 prints the figures
 * that docs/verdicts.md quotes; STUDIES sets how many studies each is taken from.
 */
const STUDIES = Number(process.env.STUDIES ?? 2);
const NULLS = 300;
const show = (...words: unknown[]) => process.env.SHOW_RATES && console.log(...words);

const null_: Candidate = { effect: 0, deviation: 0.005 };
const first = (name: string, count: number) =>
  new Set(Array.from({ length: count }, (_, i) => studySeed(name, i)));

/** Studies of candidates that change nothing but luck. */
const WORLDS: Record<string, (name: string, i: number) => Omit<World, 'name'>> = {
  'normal noise': () => ({ candidates: repeat(NULLS, null_), shared: 0.01 }),
  'normal noise, nothing shared': () => ({ candidates: repeat(NULLS, null_), shared: 0 }),
  'heavy tails': () => ({ candidates: repeat(NULLS, null_), shared: 0.01, draw: heavy }),
  'other draws': () => ({
    candidates: repeat(NULLS, { ...null_, broken: true }),
    shared: 0.01,
  }),
  'other draws in every second, not told': () => ({
    candidates: repeat(NULLS, null_).map((c, i) => ({ ...c, broken: i % 2 === 1 })),
    shared: 0.01,
    hidden: true,
  }),
  'variances that differ by edit': (_, study) => ({
    candidates: repeat(NULLS, null_).map((c, i) => ({
      ...c,
      deviation: c.deviation * Math.exp(0.5 * normalAt(study, 99, i)),
    })),
    shared: 0.005,
  }),
  'an unlucky incumbent': (name) => {
    const seeds = first(name, 4);
    const unlucky = (seed: number) => (seeds.has(seed) ? 0.005 : 0);
    return { candidates: repeat(NULLS, null_), shared: 0.005, unlucky };
  },
};

describe('false gains in studies of 300 candidates that change nothing', () => {
  it.each(Object.keys(WORLDS))('%s: hardly any', (world) => {
    let kept = 0;
    let strictlyLess = 0;
    let trials = 0;
    for (let i = 0; i < STUDIES; i++) {
      const name = `${world} ${i}`;
      const study = simulate({ name, ...WORLDS[world]!(name, i) });
      kept += keptIn(study);
      strictlyLess += singleRuns(study);
      trials += costOf(study).all / STUDIES;
    }
    const rate = (count: number) => `${((100 * count) / (STUDIES * NULLS)).toFixed(2)}%`;
    show(`| ${world} | ${rate(kept)} | ${rate(strictlyLess)} | ${trials.toFixed(2)} |`);
    expect(kept).toBeLessThanOrEqual(0.001 * STUDIES * NULLS + 1);
    expect(strictlyLess).toBeGreaterThan(0.1 * STUDIES * NULLS); // luck was there to be fooled by
    expect(trials).toBeLessThan(2.5);
  });
});

/** Candidates whose first trial is below the incumbent's: what the rule of one run would keep. */
function singleRuns(study: Study): number {
  return study.experiments.filter(
    ({ number, verdict }) => number > 0 && (verdict?.evidence.first ?? 1) < 0.5,
  ).length;
}

describe('gains in studies of 60 candidates, a fifth of them better by as many deviations', () => {
  /** Of a paired difference: two independent lucks of 0.005. */
  const deviation = Math.SQRT2 * null_.deviation;
  const found = [1, 1.5, 2, 3].map((effect) => {
    let gains = 0;
    const tally = { kept: 0, near: 0, trials: 0, wrong: 0, all: 0 };
    const studies = 2 * STUDIES;
    for (let s = 0; s < studies; s++) {
      const candidates = repeat(60, null_).map((c, i) => {
        const kind = (7 * i + s) % 5;
        if (kind === 0) return { ...c, effect: -effect * deviation };
        return kind < 3 ? { ...c, effect: 3 * deviation * Math.abs(normalAt(s, 5, i)) } : c;
      });
      const study = simulate({ name: `gains ${s}`, candidates, shared: 0.01 });
      tally.all += costOf(study).all / studies;
      for (const { number, verdict } of study.experiments.slice(1)) {
        const kept = verdict?.ground === 'better';
        if (candidates[number - 1]!.effect >= 0) {
          if (kept) tally.wrong++;
          continue;
        }
        gains++;
        tally.trials += verdict?.evidence.trials ?? 0;
        if (kept) tally.kept++;
        if (verdict?.decision === 'inconclusive') tally.near++;
      }
    }
    const { kept, near, trials, wrong, all } = tally;
    const row = { effect, kept: kept / gains, near: near / gains, trials: trials / gains, all };
    const percent = (share: number) => `${Math.round(100 * share)}%`;
    show(
      `| ${effect} | ${percent(row.kept)} | ${percent(row.near)} | ${row.trials.toFixed(1)} | ${all.toFixed(1)} | ${wrong} of ${wrong + kept} |`,
    );
    return { ...row, wrong, keeps: kept };
  });

  it('are found the surer the larger they are, and what is missed is mostly remembered', () => {
    const kept = found.map((row) => row.kept);
    expect(kept).toEqual([...kept].sort((a, b) => a - b));
    expect(kept[2]).toBeGreaterThan(0.75);
    expect(kept[3]).toBeGreaterThan(0.95);
    for (const { kept, near } of found) expect(kept + near).toBeGreaterThan(0.7);
  });

  it('are hardly ever false', () => {
    const wrong = found.reduce((sum, row) => sum + row.wrong, 0);
    const keeps = found.reduce((sum, row) => sum + row.keeps, 0);
    expect(wrong).toBeLessThanOrEqual(0.05 * keeps);
  });

  it('cost few trials', () => {
    for (const { trials, all } of found) {
      expect(trials).toBeLessThan(7);
      expect(all).toBeLessThan(5);
    }
  });
});
