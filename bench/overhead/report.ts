import { overheadOf, TRIAL_PARTS } from '../../src/model/harness/stopwatch';
import type { OverheadResult } from './trials';

/** What the overhead of a trial may be, as a share of its budget. */
export const MOST_OVERHEAD = 0.15;

export interface ProgramOverhead extends OverheadResult {
  readonly program: string;
  readonly seconds: number;
}

/** The last trial's overhead as a share of the budget. */
export function shareOf({ trials, seconds }: ProgramOverhead): number {
  return overheadOf(trials.at(-1)!.parts) / seconds;
}

/** A table: a row for each part of a trial, a column for each trial. */
export function overheadReport(result: ProgramOverhead): string {
  const { program, device, trials, seconds } = result;
  const row = (name: string, cells: readonly string[]) =>
    `${name.padEnd(20)}${cells.map((cell) => cell.padStart(12)).join('')}`;
  const share = shareOf(result);
  return [
    `${program} on ${device}, seconds of a trial of ${seconds} s`,
    row(
      '',
      trials.map((_, n) => `trial ${n + 1}`),
    ),
    ...TRIAL_PARTS.map((part) =>
      row(
        part,
        trials.map(({ parts }) => parts[part].toFixed(3)),
      ),
    ),
    row(
      'all but training',
      trials.map(({ parts }) => overheadOf(parts).toFixed(3)),
    ),
    row(
      'of the budget',
      trials.map(({ parts }) => `${((100 * overheadOf(parts)) / seconds).toFixed(1)}%`),
    ),
    ...(trials.every(({ pipelines }) => pipelines === null)
      ? []
      : [
          row(
            'pipelines built',
            trials.map(({ pipelines }) => String(pipelines)),
          ),
        ]),
    row(
      'steps',
      trials.map(({ steps }) => String(steps)),
    ),
    row(
      'val_bpb',
      trials.map(({ valBpb }) => valBpb.toFixed(3)),
    ),
    share <= MOST_OVERHEAD
      ? `The last trial's overhead is within ${100 * MOST_OVERHEAD}% of the budget.`
      : `The last trial's overhead is OVER ${100 * MOST_OVERHEAD}% of the budget.`,
  ].join('\n');
}
