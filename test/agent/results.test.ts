import { describe, expect, it } from 'vitest';
import { foldStudy } from '../../src/agent/history/fold';
import { resultsTsv } from '../../src/agent/results';
import { finished, wholeLog } from './fixtures';
import { crashing, run, scoring } from './loop/world';

const cells = (tsv: string) =>
  tsv
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));

describe('resultsTsv', () => {
  it("begins with autoresearch's columns, one experiment a row", async () => {
    const study = await run({ programs: [scoring(2.9), crashing] });
    const [header, baseline, kept, crash] = cells(resultsTsv(study));
    expect(header!.slice(0, 5)).toEqual(['id', 'val_bpb', 'memory', 'status', 'description']);
    expect(baseline!.slice(2, 8)).toEqual([
      '0.000977',
      'keep',
      'baseline',
      'baseline',
      'human',
      '4',
    ]);
    expect(Number(kept![1])).toBeLessThan(Number(baseline![1]));
    expect(Number(kept![8])).toBeCloseTo(-0.1, 1);
    expect(Number(kept![9])).toBeLessThan(0.01);
    expect(kept!.slice(10, 15)).toEqual(['4192', '1000', '10', '1.00', 'cpu']);
    expect(crash!.slice(0, 5)).toEqual(['2', '0.000000', '0.0', 'crash', 'idea 2']);
    expect(crash!.length).toBe(header!.length);
  });

  it('keeps tabs and line breaks out of its cells', () => {
    const log = wholeLog().map((event) =>
      event.type === 'experiment-proposed'
        ? { ...event, proposal: { ...event.proposal, title: 'a\tb\nc\r\\d' } }
        : event,
    );
    const rows = cells(resultsTsv(foldStudy(log)));
    expect(rows.length).toBe(3);
    expect(rows[1]![4]).toBe('a\\tb\\nc\\r\\\\d');
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  });

  it('shows an experiment without verdict as running, and memory as large as it is', () => {
    const result = finished(2.5);
    if (result.status !== 'finished') return;
    const summary = { ...result.summary, peakBytes: 3 * 2 ** 30 };
    const log = wholeLog()
      .slice(0, 4)
      .map((event) =>
        event.type === 'trial-ended'
          ? { ...event, result: { status: 'finished', summary } as const }
          : event,
      );
    const row = cells(resultsTsv(foldStudy(log)))[1]!;
    expect(row.slice(0, 4)).toEqual(['0', '2.500000', '3.0', 'running']);
  });
});
