import type { LossPoint } from '../../model/harness/trial';
import type { Budget, BudgetUnit } from '../../model/tasks/task';
import { bitsPerByte, type TaskFacts } from './facts';

/** A loss curve in the units of the chart. */
export interface Curve {
  readonly x: readonly number[];
  /** Training loss of single batches, in bits per byte. */
  readonly raw: readonly number[];
  /** The same, smoothed. */
  readonly smooth: readonly number[];
}

/** The unit along the chart: the budget's own, so that the curve fills the chart as the trial goes on. */
export type CurveUnit = 'seconds' | 'steps' | 'tokens';

export function curveUnit(unit: BudgetUnit): CurveUnit {
  return unit === 'flops' ? 'tokens' : unit;
}

/** Where the chart ends: the whole budget, where it is counted in the chart's unit; else unknown. */
export function curveEnd(budget: Budget): number | null {
  return budget.unit === 'flops' ? null : budget.amount;
}

/** Share of the curve's length over which the smoothed line averages. */
const SMOOTHING = 0.02;

/**
 * The curve of a trial. The smooth line is an exponential average over `x`, so that it means the same
 * however densely the points lie, with Adam's correction for its start (Kingma & Ba, 2015, section 3).
 */
export function curveOf(points: readonly LossPoint[], facts: TaskFacts, budget: Budget): Curve {
  const unit = curveUnit(budget.unit);
  const finite = points.filter((point) => Number.isFinite(point.loss));
  const x = finite.map((point) => positionOf(point, unit));
  const raw = finite.map((point) => bitsPerByte(point.loss, facts));
  return { x, raw, smooth: smoothed(x, raw, SMOOTHING * (curveEnd(budget) ?? x.at(-1) ?? 1)) };
}

function positionOf(point: LossPoint, unit: CurveUnit): number {
  if (unit === 'seconds') return point.seconds;
  return unit === 'steps' ? point.step : point.tokens;
}

function smoothed(x: readonly number[], y: readonly number[], span: number): number[] {
  let average = 0;
  let weight = 0;
  return y.map((value, i) => {
    const before = i === 0 ? 0 : x[i - 1]!;
    const gain = 1 - Math.exp(-Math.max(x[i]! - before, span / 1000) / span);
    average += gain * (value - average);
    weight += gain * (1 - weight);
    return average / weight;
  });
}

/** A horizontal line of the loss chart with what it means. */
export interface ReferenceLine {
  readonly kind: 'random' | 'best' | 'entropy';
  readonly value: number;
  readonly label: string;
}

/** The lines that a curve is read against, from the top down. */
export function referenceLines(facts: TaskFacts, best: number | null): readonly ReferenceLine[] {
  const lines: ReferenceLine[] = [
    { kind: 'random', value: facts.randomBpb, label: 'random guess' },
  ];
  if (best !== null) lines.push({ kind: 'best', value: best, label: 'best so far, validation' });
  if (facts.entropyBpb !== null) {
    lines.push({ kind: 'entropy', value: facts.entropyBpb, label: 'entropy, the floor' });
  }
  return lines;
}
