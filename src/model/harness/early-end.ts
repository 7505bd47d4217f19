import type { Budget } from '../tasks/task';
import { progressOf } from './budget';
import type { LossPoint, TrialResult } from './trial';

/** When a trial is to be ended before its budget is spent: where its curve is too far above another's. */
export interface EarlyEnd {
  /** How often, at most, this stops a program that would not have ended worse; over all checks together. */
  readonly rate: number;
  readonly checks: readonly {
    /** Share of the budget, 0 to 1. */
    readonly progress: number;
    /** The incumbent's training loss there, smoothed, in nats per token. */
    readonly loss: number;
    /** How far above it a trial may be. */
    readonly gap: number;
  }[];
}

/** A training curve by share of the budget instead of by step. */
export interface ProgressPoint {
  readonly progress: number;
  readonly loss: number;
}

/** A check looks at the mean loss over so much of the budget just before it. */
const WINDOW = 0.1;

export function byProgress(
  points: readonly LossPoint[],
  budget: Budget,
  flopsPerToken: number,
): ProgressPoint[] {
  return points.map((point) => {
    const { step: steps, tokens, seconds, loss } = point;
    const spent = { steps, tokens, seconds, flops: tokens * flopsPerToken };
    return { progress: progressOf(budget, spent), loss };
  });
}

/** Mean training loss over the tenth of the budget that ends at `at`; null where the curve has no point there. */
export function smoothedLoss(curve: readonly ProgressPoint[], at: number): number | null {
  const near = curve.filter(({ progress }) => progress > at - WINDOW && progress <= at);
  if (near.length === 0) return null;
  return near.reduce((sum, { loss }) => sum + loss, 0) / near.length;
}

type Stopped = Pick<TrialResult & { status: 'stopped' }, 'progress' | 'gap' | 'reason'>;

/** Watches one trial's curve; each check is made once, as soon as the curve has passed it. */
export class EarlyEndWatch {
  readonly #curve: ProgressPoint[] = [];
  #next = 0;

  constructor(private readonly end: EarlyEnd) {}

  /** Takes in the latest points; says why the trial is over, if it is. */
  see(points: readonly ProgressPoint[]): Stopped | null {
    this.#curve.push(...points);
    const { checks, rate } = this.end;
    const reached = this.#curve.at(-1)?.progress ?? 0;
    for (; this.#next < checks.length && checks[this.#next]!.progress <= reached; this.#next++) {
      const { progress, loss, gap: allowed } = checks[this.#next]!;
      const own = smoothedLoss(this.#curve, progress);
      if (own === null || own - loss <= allowed) continue;
      const gap = own - loss;
      const reason = `stopped at ${Math.round(100 * progress)}% of its budget: its training loss was ${gap.toFixed(3)} nats per token above the incumbent's at equal progress, where ${allowed.toFixed(3)} are allowed; this stops at most ${(100 * rate).toFixed(1)}% of the programs that would not have ended worse`;
      return { progress, gap, reason };
    }
    return null;
  }
}
