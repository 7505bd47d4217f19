import type { Experiment, Study } from '../../study';
import type { Edit } from './edit';
import type { Random } from './random';

/** How often a kind of edit has paid so far, counting a near miss as neither. */
export interface Record {
  readonly kept: number;
  readonly failed: number;
}

export function recordsOf(study: Study): ReadonlyMap<string, Record> {
  const records = new Map<string, Record>();
  for (const { kind, verdict } of study.experiments) {
    if (!verdict || verdict.ground === 'baseline' || verdict.decision === 'inconclusive') continue;
    const { kept, failed } = records.get(kind) ?? { kept: 0, failed: 0 };
    const keep = verdict.decision === 'keep' ? 1 : 0;
    records.set(kind, { kept: kept + keep, failed: failed + 1 - keep });
  }
  return records;
}

/**
 * Kinds of edits, the most promising first, by Thompson sampling (Thompson, 1933; Chapelle & Li, 2011):
 * each kind draws a chance of success from the Beta distribution of its record, so that kinds which paid
 * are tried more, and kinds of which little is known are tried too.
 */
export function inOrder(edits: readonly Edit[], study: Study, random: Random): Edit[] {
  const records = recordsOf(study);
  return edits
    .map((edit) => {
      const { kept, failed } = records.get(edit.kind) ?? { kept: 0, failed: 0 };
      return { edit, drawn: random.beta(1 + kept, 1 + failed) };
    })
    .sort((a, b) => b.drawn - a.drawn)
    .map(({ edit }) => edit);
}

/** The texts that were tried or refused, each as one string. */
export function triedTexts(study: Study): Set<string> {
  const programs = [
    ...study.experiments.map(({ program }: Experiment) => program),
    ...study.refusals.map(({ proposal }) => proposal.program),
  ];
  return new Set(programs.map(textOf));
}

export function textOf({ model, optimizer }: Experiment['program']): string {
  return `${model}\0${optimizer}`;
}
