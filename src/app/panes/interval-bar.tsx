import type { ComparisonResult } from '../../agent/followups/results';
import { formatDifference } from '../format';

/** Both ends of a scale in bits per byte, 0 among them. */
export type Scale = readonly [number, number];

/** A scale that every one of these differences fits on, with a little room. */
export function scaleOf(results: readonly ComparisonResult[]): Scale {
  const ends = results.flatMap(({ mean, interval }) => [mean ?? 0, ...(interval ?? [])]);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const room = 0.06 * (high - low || 1);
  return [low - room, high + room];
}

/** A mean difference with its 95% interval, drawn: left of the line for 0 is better. */
export function IntervalBar({
  result,
  scale,
}: {
  readonly result: ComparisonResult;
  readonly scale: Scale;
}) {
  const { mean, interval, outcome } = result;
  if (mean === null) return null;
  const [low, high] = scale;
  const at = (value: number) => `${(100 * (value - low)) / (high - low)}%`;
  const label = interval
    ? `${formatDifference(mean)}, 95% interval ${formatDifference(interval[0])} to ${formatDifference(interval[1])} bits per byte`
    : `${formatDifference(mean)} bits per byte`;
  return (
    <div className={`interval ${outcome}`} role="img" aria-label={label}>
      <span className="interval-zero" style={{ left: at(0) }} />
      {interval && (
        <span
          className="interval-bar"
          style={{ left: at(interval[0]), right: `calc(100% - ${at(interval[1])})` }}
        />
      )}
      <span className="interval-mean" style={{ left: at(mean) }} />
    </div>
  );
}
