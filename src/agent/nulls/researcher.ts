import type { ProgramSource } from '../../model/programs/program';
import { incumbentOf } from '../history/fold';
import { chanceOf } from '../loop/seeds';
import { textOf, triedTexts } from '../researchers/local/lineage';
import { Random } from '../researchers/local/random';
import type { Proposal, Researcher, Study } from '../study';
import { countTokens } from '../verdicts/simplicity';
import { EXCHANGE, JOIN, PERMUTE, RENAME, SPLIT, TRANSPOSE } from './draws';
import { ROUND } from './rounding';
import type { NullChange, NullEdit, Weights } from './text';

export const NULL_EDITS: readonly NullEdit[] = [
  RENAME,
  EXCHANGE,
  TRANSPOSE,
  PERMUTE,
  SPLIT,
  JOIN,
  ROUND,
];

/** What candidates of several kinds at once are counted under. */
export const SEVERAL = 'several at once';

const DRAWS = 50;

/**
 * A researcher that proposes nothing: each of its programs is the incumbent with other luck. What it
 * proposes depends on the study's id and log alone.
 */
export function createNullResearcher(edits: readonly NullEdit[] = NULL_EDITS): Researcher {
  return {
    name: 'replay',
    propose: async (study) => proposeNull(study, edits),
  };
}

function proposeNull(study: Study, edits: readonly NullEdit[]): Proposal | null {
  const incumbent = incumbentOf(study);
  const program = incumbent?.program ?? study.baseline;
  const tried = triedTexts(study);
  const turn = `null ${study.experiments.length}, ${study.refusals.length} refused`;
  const random = new Random(chanceOf(study), turn);
  for (let draw = 0; draw < DRAWS; draw++) {
    const change = composed(program, edits, random);
    if (!change || tried.has(textOf(change.program))) continue;
    // A simpler program may be kept for that, and rightly: it differs in more than luck.
    if (countTokens(change.program) < countTokens(program)) continue;
    return {
      title: change.title,
      hypothesis: 'It computes what the incumbent computes, and only its luck is another.',
      kind: change.kind,
      program: change.program,
      parent: incumbent?.id ?? null,
      researcher: 'replay',
    };
  }
  return null;
}

/** One to three edits, one upon the other; one alone in half of the cases. */
export function composed(
  program: ProgramSource,
  edits: readonly NullEdit[],
  random: Random,
): (NullChange & { readonly kind: string }) | null {
  const drawn = random.uniform();
  const count = drawn < 0.5 ? 1 : drawn < 0.75 ? 2 : 3;
  const made: { readonly kind: string; readonly change: NullChange }[] = [];
  let text = program;
  for (let i = 0; i < count; i++) {
    const edit = random.pick(edits);
    const change = edit?.apply(text, random);
    if (!edit || !change) continue;
    made.push({ kind: edit.kind, change });
    text = change.program;
  }
  if (made.length === 0) return null;
  return {
    program: text,
    kind: made.length === 1 ? made[0]!.kind : SEVERAL,
    title: made.map(({ change }) => change.title).join('; '),
    carry: (weights: Weights) => made.reduce((sofar, { change }) => change.carry(sofar), weights),
  };
}
