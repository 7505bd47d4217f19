import { PROGRAM_FILES, type ProgramSource } from '../../model/programs/program';
import { proposal as readProposal } from '../history/format/event';
import { graphHashOf } from '../scores';
import type { Proposal, Study } from '../study';
import { countTokens } from '../verdicts/simplicity';

/**
 * What a researcher handed over, checked like anything from outside. Throws HistoryError that says what
 * is malformed.
 */
export function checkedProposal(study: Study, raw: unknown): Proposal {
  const proposal = readProposal(raw, 'proposal');
  const known = study.experiments.some((experiment) => experiment.id === proposal.parent);
  return known ? proposal : { ...proposal, parent: study.incumbent };
}

/** Why a proposal is not worth a trial, or null when it is. */
export function refusalOf(study: Study, { program }: Proposal): string | null {
  const earlier = study.experiments.find((experiment) => sameText(experiment.program, program));
  if (!earlier) return null;
  const outcome = earlier.verdict ? `: ${earlier.verdict.decision}` : '';
  return `experiment ${earlier.number} (${earlier.title}) tried exactly this program${outcome}`;
}

/**
 * Why a program is not worth a trial whose graphs are those of an earlier experiment, whatever its text, or
 * null when it is. What computes the same as the incumbent in fewer tokens of source goes on: that is a keep.
 */
export function sameGraphRefusal(
  study: Study,
  program: ProgramSource,
  hash: string,
): string | null {
  const same = study.experiments.filter((experiment) => graphHashOf(experiment) === hash);
  const incumbent = same.find(({ id }) => id === study.incumbent);
  if (incumbent && countTokens(program) < countTokens(incumbent.program)) return null;
  const earlier = incumbent ?? same[0];
  if (!earlier) return null;
  const outcome = earlier.verdict ? `: ${earlier.verdict.decision}` : '';
  return `it computes exactly what experiment ${earlier.number} (${earlier.title}) computed${outcome}; another text for the same graph changes nothing`;
}

/** Whether two programs are the same letter by letter. */
export function sameText(a: ProgramSource, b: ProgramSource): boolean {
  return PROGRAM_FILES.every(({ key }) => a[key] === b[key]);
}
