import { describe, expect, it } from 'vitest';
import { foldStudy } from '../../../src/agent/history/fold';
import { studyEvent } from '../../../src/agent/history/format/event';
import type { StudyEvent } from '../../../src/agent/study';
import type { TrialResult } from '../../../src/model/harness/trial';
import { created, finished, proposal } from '../fixtures';

const proposed: StudyEvent = {
  type: 'experiment-proposed',
  at: 2,
  experiment: '0',
  proposal: proposal({ parent: null }),
  graphHash: 'abc',
};
const ended = (trial: string, result: TrialResult): StudyEvent => ({
  type: 'trial-ended',
  at: 3,
  experiment: '0',
  trial,
  seed: 5,
  result,
});
const recalibrated: StudyEvent = {
  type: 'recalibrated',
  at: 4,
  reference: 0.14,
  band: 1.2,
  lost: 0.1,
  reason: 'the machine has settled',
};
const paced = { reference: 0.14, lost: 0.02, stepsPerSecond: 550 };
const stopped: TrialResult = {
  status: 'stopped',
  progress: 0.25,
  gap: 0.4,
  reason: 'stopped at 25% of its budget',
  curve: [{ step: 1, tokens: 10, seconds: 0.1, loss: 3 }],
  pace: paced,
};
const whole = finished(2.5);
if (whole.status !== 'finished') throw new Error('it is not finished');
const measured: TrialResult = {
  ...whole,
  summary: { ...whole.summary, testBpb: 2.6, pace: { reference: 0.06, lost: 0.01 } },
};

describe('a log with pace, stops and eras', () => {
  it('is read as it was written', () => {
    const log = [
      proposed,
      ended('a', measured),
      ended('b', { status: 'void', reason: 'slow', pace: paced }),
      recalibrated,
      ended('c', stopped),
    ];
    for (const event of log) {
      expect(studyEvent(JSON.parse(JSON.stringify(event)), 'event')).toEqual(event);
    }
  });

  it('gives each trial the era it ended in', () => {
    const study = foldStudy([
      created(),
      proposed,
      ended('a', measured),
      recalibrated,
      ended('b', measured),
    ]);
    expect(study.experiments[0]!.trials.map(({ era }) => era)).toEqual([undefined, 1]);
    expect(study.experiments[0]!.graphHash).toBe('abc');
    expect(study.recalibrations).toEqual([
      { reference: 0.14, band: 1.2, lost: 0.1, reason: 'the machine has settled' },
    ]);
  });

  it('is refused where a recalibration has no number', () => {
    const broken = { ...recalibrated, reference: 'fast' };
    expect(() => studyEvent(broken, 'event')).toThrow('event.reference must be a number');
  });
});
