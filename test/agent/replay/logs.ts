import type { StudyEvent } from '../../../src/agent/study';
import type { LossPoint, TrialResult } from '../../../src/model/harness/trial';
import { finished } from '../fixtures';

/** A curve of so many points over so many seconds, falling from 4 to 2. */
export function falling(seconds: number, count = 100): LossPoint[] {
  return Array.from({ length: count }, (_, i) => {
    const share = (i + 1) / count;
    return { step: i + 1, tokens: 10 * (i + 1), seconds: share * seconds, loss: 4 - 2 * share };
  });
}

/** A trial that trained for so many seconds and took two more around it. */
export function trained(seconds: number, valBpb = 2.5): TrialResult {
  const result = finished(valBpb);
  if (result.status !== 'finished') throw new Error('it finished');
  const { summary } = result;
  return {
    ...result,
    summary: {
      ...summary,
      curve: falling(seconds),
      trainingSeconds: seconds,
      totalSeconds: seconds + 2,
    },
  };
}

/** The two events of a trial, `seconds` apart. */
export function trialEvents(
  at: number,
  seconds: number,
  result: TrialResult,
  names: { experiment?: string; trial?: string; seed?: number } = {},
): StudyEvent[] {
  const { experiment = '0', trial = `t${at}`, seed = 5 } = names;
  return [
    { type: 'trial-started', at, experiment, trial, seed },
    { type: 'trial-ended', at: at + 1000 * seconds, experiment, trial, seed, result },
  ];
}
