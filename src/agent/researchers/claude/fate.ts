import { PROGRAM_FILES, type ProgramSource } from '../../../model/programs/program';
import { refusalOf } from '../../loop/proposals';
import type { Around, Study } from '../../study';
import type { Work } from './work';

/** What became of the proposal that a member had handed in. */
export type Fate =
  /** None was handed in yet. */
  | { readonly is: 'open' }
  /** It is an experiment. */
  | { readonly is: 'tried' }
  /** It waits for its trial. */
  | { readonly is: 'waiting' }
  | { readonly is: 'turned down'; readonly reason: string }
  /** A reload came in between, and nobody has it any more. */
  | { readonly is: 'lost' }
  | { readonly is: 'taken away' };

export function fateOf({ handed, restored }: Work, study: Study, around: Around | undefined): Fate {
  if (!handed) return { is: 'open' };
  const { proposal } = handed;
  const same = ({ program }: { readonly program: ProgramSource }) =>
    PROGRAM_FILES.every(({ key }) => program[key] === proposal.program[key]);
  const { title, hypothesis, kind } = proposal;
  const tried = study.experiments.some(
    // Its program is another one where the edit was carried over to a newer incumbent.
    (each) =>
      each.title === title &&
      (same(each) || (each.hypothesis === hypothesis && each.kind === kind)),
  );
  if (tried) return { is: 'tried' };
  const refusal = study.refusals.findLast((each) => same(each.proposal));
  if (refusal) return { is: 'turned down', reason: refusal.reason };
  if (around?.underWay.some(same)) return { is: 'waiting' };
  // Another's experiment has this very program by now, and the log has forgotten that it said so.
  const reason = refusalOf(study, proposal);
  if (reason !== null) return { is: 'turned down', reason };
  return restored ? { is: 'lost' } : { is: 'taken away' };
}
