import { describe, expect, it } from 'vitest';
import { parseStudy } from '../../../src/agent/history/exchange';
import { foldStudy } from '../../../src/agent/history/fold';
import { recordingOf, thinCurve } from '../../../src/agent/replay/thin';
import type { StudyEvent } from '../../../src/agent/study';
import type { LossPoint } from '../../../src/model/harness/trial';
import { crashed, wholeLog } from '../fixtures';
import { falling, trained } from './logs';

describe('a curve made thin', () => {
  it('ends where it ended, falls as it fell, and begins densely', () => {
    const curve = falling(10, 200);
    const thin = thinCurve(curve, 40);
    expect(thin).toHaveLength(40);
    const { loss: _, ...end } = curve.at(-1)!;
    expect(thin.at(-1)).toMatchObject(end);
    const gaps = thin.slice(1).map((point, i) => point.step - thin[i]!.step);
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    expect(gaps.at(-1)!).toBeGreaterThan(2 * gaps[0]!);
    expect(thin.every((point, i) => i === 0 || point.loss < thin[i - 1]!.loss)).toBe(true);
  });

  it.each([0, 1, 5, 39, 40, 41])('of %i points has no hole', (count) => {
    const thin = thinCurve(falling(10, count), 40);
    expect(thin).toHaveLength(Math.min(40, count));
    expect(thin.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  });

  it('keeps a loss that is no number', () => {
    const curve: LossPoint[] = [...falling(1, 3), { step: 4, tokens: 40, seconds: 2, loss: NaN }];
    expect(thinCurve(curve, 40).at(-1)!.loss).toBeNaN();
  });
});

describe('a recording', () => {
  const log = (): StudyEvent[] =>
    wholeLog().map((event) =>
      event.type === 'trial-ended' && event.result.status === 'finished'
        ? { ...event, result: trained(10.123456789, 2.5000000001) }
        : event,
    );

  it('says all that the log says, but its curves', () => {
    const { study, events } = parseStudy(JSON.stringify(recordingOf(log(), 20)));
    const original = foldStudy(log());
    expect(events).toHaveLength(log().length);
    expect(study.experiments.map(({ verdict, program }) => [verdict, program])).toEqual(
      original.experiments.map(({ verdict, program }) => [verdict, program]),
    );
    const { result } = study.experiments[0]!.trials[0]!;
    if (result.status !== 'finished') throw new Error('it finished');
    expect(result.summary).toMatchObject({ valBpb: 2.5000000001, trainingSeconds: 10.123 });
    expect(result.summary.curve).toHaveLength(20);
    expect(study.experiments[1]!.trials[1]!.result).toEqual(crashed);
  });

  it('is much smaller', () => {
    const whole = JSON.stringify(recordingOf(log(), 1e9)).length;
    expect(JSON.stringify(recordingOf(log(), 20)).length).toBeLessThan(whole - 4000);
  });

  it('is made of a log that folds, or not at all', () => {
    expect(() => recordingOf([], 20)).toThrow('the log is empty');
  });
});
