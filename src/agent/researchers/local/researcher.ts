import type { ProgramSource } from '../../../model/programs/program';
import { type Brief, readBrief } from '../../brief';
import { incumbentOf } from '../../history/fold';
import { chanceOf } from '../../loop/seeds';
import type { Proposal, Researcher, Study, TrialRunner } from '../../study';
import { type Arm, inOrder } from './bandit';
import type { Edit } from './edit';
import { EDITS } from './edits';
import { isWorthATrial, leavesFrozen } from './guard';
import { drought, textOf, triedTexts } from './lineage';
import {
  combinationMove,
  type Draft,
  nearMissesOf,
  type Outlook,
  restartMove,
  singleMove,
} from './moves';
import { Random } from './random';

/** Verdicts without a keep after which earlier programs are looked at again. */
export const STUCK_AFTER = 10;
/** With so many near misses at hand, or so long without a keep, joining them is pressing. */
const ENOUGH_MISSES = 3;
const DRY = 5;
const URGENT = 3;
/** How much more often the brief's preferred edits are made. */
const PREFERRED = 4;

/**
 * A researcher that needs no key. It edits the incumbent's text by one of its kinds of edit, learns which
 * kinds pay and how much, searches along numbers, joins near misses, and goes back to earlier programs
 * when it is stuck; it honours the directives of the brief, and never proposes a text that was tried. What
 * it proposes depends on the study's id and log alone. Null when nothing is left to try.
 */
export function createLocalResearcher(edits: readonly Edit[] = EDITS): Researcher {
  return {
    name: 'local',
    propose: (study, signal, inspect) => propose(study, edits, signal, inspect),
  };
}

interface Move extends Arm {
  readonly make: (outlook: Outlook) => Draft | null;
}

async function propose(
  study: Study,
  edits: readonly Edit[],
  signal: AbortSignal,
  inspect: TrialRunner['inspect'] | undefined,
): Promise<Proposal | null> {
  const incumbent = incumbentOf(study);
  if (!incumbent) return null;
  const brief = readBrief(study.brief);
  const tried = triedTexts(study);
  const turn = `experiment ${study.experiments.length}, ${study.refusals.length} refused`;
  const random = new Random(chanceOf(study), turn);
  const allowed = edits.filter((edit) => !named(brief.avoid, edit));
  const usable = (parent: ProgramSource, program: ProgramSource) =>
    !tried.has(textOf(program)) && leavesFrozen(brief, parent, program);
  const outlook = { study, incumbent, edits: allowed, random, usable };
  for (const move of inOrder(movesOf(study, allowed), study, random, weightsBy(brief, study))) {
    const draft = move.make(outlook);
    if (!draft || !(await isWorthATrial(brief, draft.program, study, inspect, signal))) continue;
    const { title, hypothesis, program, parent } = draft;
    return { title, hypothesis, program, kind: move.kind, parent: parent.id, researcher: 'local' };
  }
  return null;
}

function movesOf(study: Study, edits: readonly Edit[]): Move[] {
  const singles = edits.map((edit): Move => {
    const { kind, family } = edit;
    return { kind, family, make: (outlook) => singleMove(edit, outlook) };
  });
  const combination: Move = { kind: 'combination', family: null, make: combinationMove };
  const restart: Move = { kind: 'restart', family: null, make: restartMove };
  return drought(study) < STUCK_AFTER
    ? [...singles, combination]
    : [...singles, combination, restart];
}

/** Whether a list of the brief names an edit, by its kind or its family. */
function named(list: readonly string[], { kind, family }: Arm): boolean {
  return list.includes(kind) || (family !== null && list.includes(family));
}

/** How much more often than by its worth an arm is tried. */
function weightsBy({ prefer }: Brief, study: Study): (arm: Arm) => number {
  const dry = drought(study);
  const misses = nearMissesOf(study).length;
  return (arm) => {
    if (arm.kind === 'combination') return misses >= ENOUGH_MISSES || dry >= DRY ? URGENT : 1;
    if (arm.kind === 'restart') return URGENT;
    return named(prefer, arm) ? PREFERRED : 1;
  };
}
