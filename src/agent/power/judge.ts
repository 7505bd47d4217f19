import { createMemoryHistory } from '../history/memory';
import type { NewStudy } from '../loop/options';
import { runStudy } from '../loop/run';
import type { Proposal, Researcher, Study, TrialRunner, Verdict } from '../study';
import type { FoundEdit } from './find';

export interface Judged {
  readonly edit: FoundEdit;
  readonly verdict: Verdict;
  /** Trials of the edited program, and of the incumbent beyond the study's opening. */
  readonly trials: number;
  readonly incumbentTrials: number;
}

/**
 * Puts one edit through the real loop and the real policy, as the one candidate of a study of its own that
 * begins with the program it edits.
 */
export async function judge(
  edit: FoundEdit,
  study: Omit<NewStudy, 'baseline'>,
  device: string,
  runner: TrialRunner,
): Promise<Judged> {
  const proposal: Proposal = {
    title: edit.title,
    hypothesis: 'It is known to help.',
    kind: edit.kind,
    program: edit.program,
    parent: '0',
    researcher: 'replay',
  };
  const researcher: Researcher = {
    name: 'replay',
    propose: async ({ experiments }) => (experiments.length === 1 ? proposal : null),
  };
  const history = createMemoryHistory();
  let opening = 0;
  const after: Study = await runStudy({
    study: { ...study, baseline: edit.baseline },
    device,
    researcher,
    runner,
    history,
    limits: { experiments: 1 },
    onEvent: (event, sofar) => {
      if (event.type === 'experiment-proposed' && event.experiment !== '0') {
        opening = sofar.experiments[0]!.trials.length;
      }
    },
  });
  const [baseline, candidate] = after.experiments;
  if (!candidate?.verdict) throw new Error(`${edit.title} got no verdict: ${after.ending}`);
  return {
    edit,
    verdict: candidate.verdict,
    trials: candidate.trials.length,
    incumbentTrials: baseline!.trials.length - opening,
  };
}
