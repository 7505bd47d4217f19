import { describe, expect, it } from 'vitest';
import {
  LONGEST_WAIT,
  positionAt,
  timelineOf,
  trialAt,
  verdictBeside,
} from '../../../src/agent/replay/timeline';
import type { StudyEvent } from '../../../src/agent/study';
import { BASELINE, crashed, created, proposal, verdict, wholeLog } from '../fixtures';
import { trained, trialEvents } from './logs';

const HOUR = 3_600_000;
const proposed = (experiment: string, at: number): StudyEvent => ({
  type: 'experiment-proposed',
  at,
  experiment,
  proposal: proposal({ program: { ...BASELINE, optimizer: experiment } }),
});
const decided = (experiment: string, at: number): StudyEvent => ({
  type: 'verdict',
  at,
  experiment,
  verdict: verdict(),
});
const VOID = { status: 'void', reason: 'busy' } as const;

describe('the timeline of a log', () => {
  it('plays trials in full and cuts waits', () => {
    const timeline = timelineOf([
      created('a', 0),
      proposed('0', 500),
      ...trialEvents(1000, 12, trained(10)),
      decided('0', 13_100),
      proposed('1', 13_100 + HOUR),
      ...trialEvents(13_100 + HOUR, 12, trained(10), { experiment: '1' }),
    ]);
    expect(timeline.times).toEqual([0, 500, 1000, 13_000, 13_100, 15_100, 15_100, 27_100]);
    expect(timeline.length).toBe(27_100);
    expect(timeline.leftOut).toBe(HOUR - LONGEST_WAIT);
    expect(timeline.trials).toEqual([
      { started: 2, ended: 3, from: 1000, to: 13_000 },
      { started: 6, ended: 7, from: 15_100, to: 27_100 },
    ]);
  });

  it('counts a trial for no longer than it says that it took', () => {
    // A tab that slept: its trial took 12 seconds, and its end was written an hour later.
    const slept = [created('a', 0), proposed('0', 0), ...trialEvents(0, 3600, trained(10))];
    expect(timelineOf(slept).length).toBe(12_000);
  });

  it('takes a trial of which nothing was recorded for a wait', () => {
    const log = [
      created('a', 0),
      proposed('0', 0),
      ...trialEvents(0, 10, VOID),
      ...trialEvents(10_000, 12, trained(10)),
    ];
    const timeline = timelineOf(log);
    expect(timeline.times).toEqual([0, 0, 0, 2000, 2000, 14_000]);
    expect(timeline.trials).toHaveLength(1);
  });

  it('does not play what a trial lost with its tab would have taken', () => {
    const [begun] = trialEvents(0, 10, VOID);
    const log: StudyEvent[] = [
      created('a', 0),
      proposed('0', 0),
      begun!,
      { type: 'study-resumed', at: 9 * HOUR },
      ...trialEvents(9 * HOUR, 12, trained(10), { trial: 't0' }),
    ];
    expect(timelineOf(log).times).toEqual([0, 0, 0, 2000, 2000, 14_000]);
  });

  it('shares the time of a trial among what happens while it runs', () => {
    const [start, end] = trialEvents(1000, 12, trained(10));
    const log = [created('a', 0), proposed('0', 0), start!, proposed('1', 6000), end!];
    const timeline = timelineOf(log);
    expect(timeline.times).toEqual([0, 0, 1000, 6000, 13_000]);
    expect(timeline.trials).toEqual([{ started: 2, ended: 4, from: 1000, to: 13_000 }]);
  });

  it('bears clocks that go back, and every type of event', () => {
    const log = wholeLog('a', 1000).map((event, i) => ({ ...event, at: i % 2 ? 5000 : 100 }));
    const { times } = timelineOf(log);
    expect(times).toHaveLength(log.length);
    times.forEach((time, i) => {
      expect(time - (times[i - 1] ?? 0)).toBeGreaterThanOrEqual(0);
      expect(time - (times[i - 1] ?? 0)).toBeLessThanOrEqual(LONGEST_WAIT);
    });
  });
});

describe('a place on the timeline', () => {
  const timeline = timelineOf([
    created('a', 0),
    proposed('0', 100),
    ...trialEvents(200, 12, trained(10)),
    decided('0', 12_300),
    proposed('1', 12_300),
    ...trialEvents(12_400, 1, crashed, { experiment: '1' }),
    decided('1', 13_500),
  ]);

  it('knows what has played by then', () => {
    expect(
      [-5, 0, 99, 100, 12_199, 12_200, 12_300, 1e9].map((t) => positionAt(timeline, t)),
    ).toEqual([1, 1, 1, 2, 3, 4, 6, 9]);
    timeline.times.forEach((time, i) => {
      expect(positionAt(timeline, time)).toBeGreaterThan(i);
    });
  });

  it('knows the trial under way', () => {
    expect(trialAt(timeline, 199)).toBeNull();
    expect(trialAt(timeline, 200)?.started).toBe(2);
    expect(trialAt(timeline, 12_199)?.started).toBe(2);
    expect(trialAt(timeline, 12_200)).toBeNull();
    expect(trialAt(timeline, 12_500)?.started).toBe(6);
  });

  it('knows the verdicts beside it', () => {
    const beside = (time: number, side: 'next' | 'previous') =>
      verdictBeside(timeline, time, side)?.experiment ?? null;
    expect(beside(0, 'next')).toBe('0');
    expect(beside(12_300, 'next')).toBe('1');
    expect(beside(13_500, 'next')).toBeNull();
    expect(beside(13_500, 'previous')).toBe('0');
    expect(beside(12_300, 'previous')).toBeNull();
    expect(timeline.verdicts.map(({ position }) => position)).toEqual([5, 9]);
  });
});
