import type { LossPoint } from './trial';

const MOST_POINTS = 200;

/**
 * A curve of at most 200 points, or of as many as asked: each stands for a stretch of steps, with their mean loss, at the
 * stretch's last step. Means, not picks, so that a thinned curve is smoother and never luckier.
 */
export function thinCurve(
  points: readonly LossPoint[],
  most: number = MOST_POINTS,
): readonly LossPoint[] {
  if (points.length <= most) return [...points];
  return Array.from({ length: most }, (_, i) => {
    const from = Math.floor((i * points.length) / most);
    const to = Math.floor(((i + 1) * points.length) / most);
    const stretch = points.slice(from, to);
    const loss = stretch.reduce((sum, point) => sum + point.loss, 0) / stretch.length;
    return { ...stretch.at(-1)!, loss };
  });
}
