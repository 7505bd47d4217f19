import { clopperPearson } from '../nulls/interval';
import { bits } from '../verdicts/words';
import { isKnownAtBoth } from './find';
import { type Difference, gainOf } from './gain';
import type { Judged } from './judge';

/** What became of some edits that are known to help. */
export interface Power {
  readonly edits: number;
  readonly kept: number;
  readonly inconclusive: number;
  readonly discarded: number;
  readonly crashed: number;
  /** Mean trials of the edited program, and those with the incumbent's beyond its study's opening. */
  readonly trials: number;
  readonly allTrials: number;
}

/** The power of verdicts, counted by what the edits are known by. */
export interface Summary {
  readonly both: Power;
  readonly longOnly: Power;
  /** Both together. */
  readonly all: Power;
}

const LEAST_KEPT = 0.7;
const LEAST_NOT_LOST = 0.9;

export function summaryOf(judged: readonly Judged[]): Summary {
  return {
    both: powerOf(judged.filter(({ edit }) => isKnownAtBoth(edit))),
    longOnly: powerOf(judged.filter(({ edit }) => !isKnownAtBoth(edit))),
    all: powerOf(judged),
  };
}

/** Whether as many as wanted are known at both budgets, and of those 70% are kept and 90% are not lost. */
export function meetsBar({ both }: Summary, wanted: number): boolean {
  const { edits, kept, inconclusive } = both;
  return (
    edits > 0 &&
    edits >= wanted &&
    kept >= LEAST_KEPT * edits &&
    kept + inconclusive >= LEAST_NOT_LOST * edits
  );
}

/** One verdict, with what its edit is known by. */
export function verdictLine({ edit, verdict, trials }: Judged, longer: string): string {
  const on = edit.on.length > 0 ? ` on top of ${edit.on.join(', ')}` : '';
  const at = `${known(edit.long)} at ${longer}, ${edit.short ? known(edit.short) : 'no score'} at the budget`;
  return `${verdict.decision}: ${edit.title}${on} (${at}) in ${trials} trials: ${verdict.reason}`;
}

/** `longer` in words: `10 times the budget`. */
export function summaryLines(summary: Summary, longer: string): readonly string[] {
  return [
    `known at ${longer} and at the budget: ${powerLine(summary.both)}`,
    `known at ${longer} only: ${powerLine(summary.longOnly)}`,
    `all known at ${longer}: ${powerLine(summary.all)}`,
  ];
}

function known(differences: readonly Difference[]): string {
  const { mean, interval } = gainOf(differences);
  return `${bits(mean)} (99% interval ${bits(interval[0])} to ${bits(interval[1])})`;
}

function powerLine(power: Power): string {
  const { edits, kept, inconclusive, discarded, crashed } = power;
  if (edits === 0) return 'no edits';
  const percent = (count: number) => `${((100 * count) / edits).toFixed(0)}%`;
  const [low, high] = clopperPearson(kept, edits).map((share) => `${(100 * share).toFixed(0)}%`);
  return [
    `${edits} edits`,
    `${kept} kept (${percent(kept)}, 95% interval ${low} to ${high})`,
    `${inconclusive} inconclusive (${percent(kept + inconclusive)} kept or inconclusive)`,
    `${discarded} discarded`,
    ...(crashed > 0 ? [`${crashed} crashed`] : []),
    `mean cost ${power.trials.toFixed(1)} trials of the edited program, ${power.allTrials.toFixed(1)} with the incumbent's`,
  ].join(', ');
}

function powerOf(judged: readonly Judged[]): Power {
  const count = (decision: string) =>
    judged.filter(({ verdict }) => verdict.decision === decision).length;
  const mean = (of: (judged: Judged) => number) =>
    judged.reduce((sum, each) => sum + of(each), 0) / Math.max(1, judged.length);
  return {
    edits: judged.length,
    kept: count('keep'),
    inconclusive: count('inconclusive'),
    discarded: count('discard'),
    crashed: count('crash'),
    trials: mean(({ trials }) => trials),
    allTrials: mean(({ trials, incumbentTrials }) => trials + incumbentTrials),
  };
}
