import { describe, expect, it } from 'vitest';
import type { Judged } from '../../../src/agent/power/judge';
import { meetsBar, summaryLines, summaryOf, verdictLine } from '../../../src/agent/power/summary';
import type { Decision } from '../../../src/agent/study';
import { NO_EVIDENCE } from '../../../src/agent/verdicts/evidence';
import { having } from './world';

const differences = (mean: number) =>
  [0, 1, 2, 3].map((seed) => ({ seed, difference: mean + 0.01 * (seed - 1.5) }));

const judged = (decision: Decision, short: number | null, on: string[] = []): Judged => ({
  edit: {
    kind: 'k',
    title: 'edit',
    baseline: having(...on),
    on,
    program: having(...on, 'edit'),
    long: differences(-0.2),
    short: short === null ? null : differences(short),
  },
  verdict: { decision, ground: 'better', reason: 'because', evidence: NO_EVIDENCE },
  trials: decision === 'keep' ? 3 : 5,
  incumbentTrials: 1,
});

const times = (count: number, each: Judged) => Array.from({ length: count }, () => each);

describe('the summary', () => {
  const all = [
    ...times(2, judged('keep', -0.1)),
    judged('inconclusive', -0.1),
    judged('discard', 0.1),
    judged('crash', null),
  ];

  it('counts edits known at both budgets, those known at the long one only, and all', () => {
    const { both, longOnly, all: together } = summaryOf(all);
    expect(both).toMatchObject({ edits: 3, kept: 2, inconclusive: 1, discarded: 0, crashed: 0 });
    expect(both.trials).toBeCloseTo(11 / 3);
    expect(both.allTrials).toBeCloseTo(14 / 3);
    expect(longOnly).toMatchObject({ edits: 2, kept: 0, discarded: 1, crashed: 1 });
    expect(together).toMatchObject({ edits: 5, kept: 2, inconclusive: 1, discarded: 1 });
  });

  it('says all three in words', () => {
    const lines = summaryLines(summaryOf(all), '10 times the budget');
    expect(lines).toEqual([
      "known at 10 times the budget and at the budget: 3 edits, 2 kept (67%, 95% interval 9% to 99%), 1 inconclusive (100% kept or inconclusive), 0 discarded, mean cost 3.7 trials of the edited program, 4.7 with the incumbent's",
      "known at 10 times the budget only: 2 edits, 0 kept (0%, 95% interval 0% to 84%), 0 inconclusive (0% kept or inconclusive), 1 discarded, 1 crashed, mean cost 5.0 trials of the edited program, 6.0 with the incumbent's",
      "all known at 10 times the budget: 5 edits, 2 kept (40%, 95% interval 5% to 85%), 1 inconclusive (60% kept or inconclusive), 1 discarded, 1 crashed, mean cost 4.2 trials of the edited program, 5.2 with the incumbent's",
    ]);
    expect(summaryLines(summaryOf([]), 'x')[0]).toMatch(/no edits$/);
  });

  it('says of each verdict what its edit is known by, and on top of what', () => {
    const line = (each: Judged) => verdictLine(each, '10 times the budget');
    expect(line(judged('keep', -0.1, ['width 64']))).toMatch(
      /^keep: edit on top of width 64 \(−0\.200 \(99% interval .*\) at 10 times the budget, −0\.100 \(.*\) at the budget\) in 3 trials: because$/,
    );
    expect(line(judged('crash', null))).toMatch(/no score at the budget/);
  });
});

describe('the bar', () => {
  const of = (kept: number, inconclusive: number, discarded: number, longOnly = 0) =>
    summaryOf([
      ...times(kept, judged('keep', -0.1)),
      ...times(inconclusive, judged('inconclusive', -0.1)),
      ...times(discarded, judged('discard', -0.1)),
      ...times(longOnly, judged('discard', 0.1)),
    ]);

  it('asks for 70% kept and 90% not lost, of edits known at both budgets', () => {
    expect(meetsBar(of(9, 2, 1), 12)).toBe(true);
    expect(meetsBar(of(9, 2, 1, 5), 12)).toBe(true);
    expect(meetsBar(of(8, 4, 0), 12)).toBe(false);
    expect(meetsBar(of(10, 0, 2), 12)).toBe(false);
  });

  it('asks for as many as were wanted', () => {
    expect(meetsBar(of(11, 0, 0, 5), 12)).toBe(false);
    expect(meetsBar(of(0, 0, 0), 1)).toBe(false);
  });
});
