import { chanceOf } from '../../loop/seeds';
import type { Proposal, Researcher, Study } from '../../study';
import { type Change, EDITS, type Edit } from '../local';
import { textOf, triedTexts } from '../local/lineage';
import { Random } from '../local/random';

/** Longest chain of edits. */
const LONGEST = 4;
/** Chains and edits that are drawn before it gives up; most edits apply to most programs. */
const CHAINS = 50;
const DRAWS = 200;

/**
 * Random search, to measure others by: each proposal is the baseline after a chain of one to four edits,
 * every kind as likely as another, whatever was learned before. It depends on the study's id and on how
 * many experiments and refusals there were. Null when only what was tried comes up.
 */
export function createRandomResearcher(edits: readonly Edit[] = EDITS): Researcher {
  return { name: 'random', propose: async (study) => proposeChain(study, edits) };
}

function proposeChain(study: Study, edits: readonly Edit[]): Proposal | null {
  const tried = triedTexts(study);
  const turn = `random search ${study.experiments.length}, ${study.refusals.length} refused`;
  const random = new Random(chanceOf(study), turn);
  for (let attempt = 0; attempt < CHAINS; attempt++) {
    const changes = chainOf(study, edits, random);
    const last = changes.at(-1);
    if (!last || tried.has(textOf(last.program))) continue;
    return {
      title: changes.map(({ title }) => title).join(', then '),
      hypothesis: `Drawn at random, without learning from what was tried before. ${changes.map(({ hypothesis }) => hypothesis).join(' ')}`,
      kind: 'random',
      program: last.program,
      parent: study.experiments[0]?.id ?? null,
      researcher: 'random',
    };
  }
  return null;
}

function chainOf(study: Study, edits: readonly Edit[], random: Random): Change[] {
  const length = 1 + Math.floor(random.uniform() * LONGEST);
  const changes: Change[] = [];
  for (let draw = 0; draw < DRAWS && changes.length < length; draw++) {
    const program = changes.at(-1)?.program ?? study.baseline;
    const change = random.pick(edits)?.apply(program, random);
    if (change) changes.push(change);
  }
  return changes;
}
