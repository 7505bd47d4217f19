import { PROGRAM_FILES, type ProgramSource } from '../../model/programs/program';
import { proposal as readProposal } from '../history/format/event';
import type { Proposal, Study } from '../study';

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

function sameText(a: ProgramSource, b: ProgramSource): boolean {
  return PROGRAM_FILES.every(({ key }) => a[key] === b[key]);
}
