import type { LossPoint, TrialEvent } from '../../model/harness/trial';
import type { LiveTrial, Sample } from './lab';

/** Points kept of a live curve. Beyond that neighbours are averaged: the eye sees the same line. */
const MOST_POINTS = 1000;
/** Samples kept of one trial, spread over its whole length. */
const MOST_SAMPLES = 60;

export function beginTrial(trial: string, experiment: string, seed: number): LiveTrial {
  return {
    trial,
    experiment,
    seed,
    stage: 'starting',
    progress: 0,
    plan: null,
    tokensPerSecond: null,
    points: [],
    samples: [],
  };
}

/** The trial after one more event; the old value is left as it was. */
export function afterEvent(live: LiveTrial, event: TrialEvent): LiveTrial {
  switch (event.type) {
    case 'stage':
      return { ...live, stage: event.stage };
    case 'planned': {
      const { parameters, flopsPerToken, launchesPerStep } = event;
      return { ...live, plan: { parameters, flopsPerToken, launchesPerStep } };
    }
    case 'progress':
      return {
        ...live,
        progress: event.progress,
        tokensPerSecond: event.tokensPerSecond,
        points: event.points.length > 0 ? joined(live.points, event.points) : live.points,
      };
    case 'sample':
      return { ...live, samples: withSample(live.samples, event) };
    case 'spent':
      return live;
  }
}

function joined(old: readonly LossPoint[], added: readonly LossPoint[]): readonly LossPoint[] {
  const points = [...old, ...added];
  return points.length > MOST_POINTS ? evenly(points) : points;
}

/**
 * At most half as many points of steps counted from 1, each for as many steps as any other: their mean loss, where the last of them stood.
 * Stretches double, so that what was averaged before is a whole part of a new one.
 */
function evenly(points: readonly LossPoint[]): LossPoint[] {
  const steps = points.at(-1)!.step;
  const stretch = 2 ** Math.ceil(Math.log2((2 * steps) / MOST_POINTS));
  const even: LossPoint[] = [];
  let sum = 0;
  let from = 0;
  points.forEach((point, i) => {
    const before = i > 0 ? points[i - 1]!.step : 0;
    sum += point.loss * (point.step - before);
    const next = points[i + 1];
    if (next && Math.ceil(next.step / stretch) === Math.ceil(point.step / stretch)) return;
    even.push({ ...point, loss: sum / (point.step - from) });
    sum = 0;
    from = point.step;
  });
  return even;
}

function withSample(samples: readonly Sample[], { step, text }: Sample): readonly Sample[] {
  const kept =
    samples.length < MOST_SAMPLES ? samples : samples.filter((_, i) => i % 2 === 0 || i === 0);
  return [...kept, { step, text }];
}
