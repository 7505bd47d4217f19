import { experimentNamed, incumbentOf } from '../../history/fold';
import type { Experiment, Study } from '../../study';

/** What an experiment gained over what it was compared with, in bpb; null where nothing was measured. */
export function gainOf({ verdict }: Experiment): number | null {
  const mean = verdict?.evidence.mean ?? null;
  return mean === null ? null : -mean;
}

/** Kept for its score or its simplicity; the baseline was kept too, but against nothing. */
export function isKept({ verdict }: Experiment): boolean {
  return verdict?.decision === 'keep' && verdict.ground !== 'baseline';
}

/** The incumbent, its parent, and so on back to the baseline. */
export function lineageOf(study: Study): Experiment[] {
  const line: Experiment[] = [];
  let at = incumbentOf(study);
  while (at && !line.includes(at)) {
    line.push(at);
    at = at.parent === null ? null : experimentNamed(study, at.parent);
  }
  return line;
}

/** Keeps since an experiment: what it taught is older by so many programs. */
export function keepsSince(study: Study, { number }: Experiment): number {
  return study.experiments.filter((later) => later.number > number && isKept(later)).length;
}

/** Verdicts since the last keep. */
export function drought({ experiments }: Study): number {
  const judged = experiments.filter(({ verdict }) => verdict !== null);
  const last = judged.findLastIndex(({ verdict }) => verdict?.decision === 'keep');
  return judged.length - 1 - last;
}

/** The texts that were tried or refused, each as one string. */
export function triedTexts(study: Study): Set<string> {
  const programs = [
    ...study.experiments.map(({ program }) => program),
    ...study.refusals.map(({ proposal }) => proposal.program),
  ];
  return new Set(programs.map(textOf));
}

export function textOf({ model, optimizer }: Experiment['program']): string {
  return `${model}\0${optimizer}`;
}
