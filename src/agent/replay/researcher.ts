import type { ProgramSource } from '../../model/programs/program';
import type { Experiment, Proposal, Researcher, Study } from '../study';

/**
 * Proposes the programs of a recorded study again, in their order: the ideas are the recording's, the trials and
 * verdicts are of here and now. What it proposes depends on the two studies alone, so that a study that was
 * interrupted goes on with the next. Null once all were proposed.
 */
export function createReplayResearcher(recorded: Study): Researcher {
  return { name: 'replay', propose: async (study) => nextOf(recorded, study) };
}

function nextOf(recorded: Study, study: Study): Proposal | null {
  const texts = study.experiments.slice(1).map(({ program }) => textOf(program));
  const run = new Set(texts);
  const refused = new Set(study.refusals.map(({ proposal }) => textOf(proposal.program)));
  // Behind the last that was run: what was refused before it is not brought up again.
  const last = recorded.experiments.findLastIndex(({ program }) => run.has(textOf(program)));
  const next = recorded.experiments
    .slice(Math.max(1, last + 1))
    .find(({ program }) => !refused.has(textOf(program)));
  return next ? proposalOf(recorded, study, next) : null;
}

function proposalOf(
  recorded: Study,
  study: Study,
  { title, hypothesis, kind, program, parent }: Experiment,
): Proposal {
  const edited = recorded.experiments.find(({ id }) => id === parent);
  const own = edited && study.experiments.find((e) => textOf(e.program) === textOf(edited.program));
  return {
    title,
    hypothesis,
    kind,
    program,
    parent: own?.id ?? study.incumbent,
    researcher: 'replay',
  };
}

const textOf = ({ model, optimizer }: ProgramSource) => JSON.stringify([model, optimizer]);
