import { incumbentOf } from '../../history/fold';
import type { Proposal, Researcher, Study } from '../../study';
import { inOrder, textOf, triedTexts } from './bandit';
import type { Edit } from './edit';
import { EDITS } from './edits';
import { Random } from './random';

/** Draws of one kind of edit before the next kind has its turn: most have several numbers to choose from. */
const DRAWS = 12;

/**
 * A researcher that needs no key: it edits the incumbent's text by one of its kinds of edit, learns which
 * kinds pay, and never proposes a text that was tried. What it proposes depends on the study's id and log
 * alone. Null when no kind of edit gives anything new.
 */
export function createLocalResearcher(edits: readonly Edit[] = EDITS): Researcher {
  return {
    name: 'local',
    propose: async (study) => proposeEdit(study, edits),
  };
}

function proposeEdit(study: Study, edits: readonly Edit[]): Proposal | null {
  const incumbent = incumbentOf(study);
  const program = incumbent?.program ?? study.baseline;
  const tried = triedTexts(study);
  const turn = `experiment ${study.experiments.length}, ${study.refusals.length} refused`;
  const random = new Random(study.id, turn);
  for (const edit of inOrder(edits, study, random)) {
    for (let draw = 0; draw < DRAWS; draw++) {
      const change = edit.apply(program, random);
      if (!change) break;
      if (tried.has(textOf(change.program))) continue;
      return { ...change, kind: edit.kind, parent: incumbent?.id ?? null, researcher: 'local' };
    }
  }
  return null;
}
