import type { LossPoint, TrialResult, TrialSummary } from '../../model/harness/trial';
import type { StudyFile } from '../history/exchange';
import { foldStudy } from '../history/fold';
import type { StudyEvent } from '../study';

/** Characters of the one sample that is kept of a trial. */
const SAMPLE = 300;

/**
 * A study as a recording to ship: the log as it is, with curves of at most so many points, measurements
 * rounded to what can be seen, and one sample of each trial. Scores and verdicts stay to the last digit.
 */
export function recordingOf(events: readonly StudyEvent[], points: number): StudyFile {
  foldStudy(events);
  const thinned = events.map((event) =>
    event.type === 'trial-ended' || event.type === 'follow-up-trial-ended'
      ? { ...event, result: thinResult(event.result, points) }
      : event,
  );
  return { format: 'loopy-study', version: '1', events: thinned };
}

function thinResult(result: TrialResult, points: number): TrialResult {
  switch (result.status) {
    case 'void':
      return result;
    case 'finished':
      return { ...result, summary: thinSummary(result.summary, points) };
    default:
      return { ...result, curve: thinCurve(result.curve, points) };
  }
}

function thinSummary(summary: TrialSummary, points: number): TrialSummary {
  return {
    ...summary,
    trainingSeconds: rounded(summary.trainingSeconds, 3),
    totalSeconds: rounded(summary.totalSeconds, 3),
    achievedFlops: rounded(summary.achievedFlops, 0),
    samples: summary.samples.slice(0, 1).map((text) => text.slice(0, SAMPLE)),
    curve: thinCurve(summary.curve, points),
  };
}

/**
 * At most so many points, each the mean of neighbours, standing where the last of them stood. The beginning,
 * where a loss falls fastest, keeps more of its own.
 */
export function thinCurve(curve: readonly LossPoint[], most: number): LossPoint[] {
  const count = Math.min(most, curve.length);
  const points: LossPoint[] = [];
  let from = 0;
  for (let i = 1; i <= count; i++) {
    const share = (i / count) ** 1.5;
    // No bucket is empty, neither this one nor those that are left.
    const to = Math.min(
      Math.max(Math.round(share * curve.length), from + 1),
      curve.length - (count - i),
    );
    points.push(meanOf(curve.slice(from, to)));
    from = to;
  }
  return points;
}

function meanOf(bucket: readonly LossPoint[]): LossPoint {
  const { step, tokens, seconds } = bucket.at(-1)!;
  const loss = bucket.reduce((sum, point) => sum + point.loss, 0) / bucket.length;
  return { step, tokens, seconds: rounded(seconds, 3), loss: rounded(loss, 4) };
}

function rounded(value: number, digits: number): number {
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : value;
}
