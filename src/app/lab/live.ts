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
  let points = [...old, ...added];
  while (points.length > MOST_POINTS) points = halved(points);
  return points;
}

/** Each pair of neighbours as one point, where the second stood; an odd last one stays. */
function halved(points: readonly LossPoint[]): LossPoint[] {
  const half: LossPoint[] = [];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const a = points[i]!;
    const b = points[i + 1]!;
    half.push({ ...b, loss: (a.loss + b.loss) / 2 });
  }
  if (points.length % 2 === 1) half.push(points.at(-1)!);
  return half;
}

function withSample(samples: readonly Sample[], { step, text }: Sample): readonly Sample[] {
  const kept =
    samples.length < MOST_SAMPLES ? samples : samples.filter((_, i) => i % 2 === 0 || i === 0);
  return [...kept, { step, text }];
}
