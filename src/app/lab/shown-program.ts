import type { Experiment, Study } from '../../agent/study';
import type { MemberView, TeamView } from '../../agent/team/view';
import type { ProgramSource } from '../../model/programs/program';
import { experimentById } from './experiments';

/**
 * What a person asked the program pane to show. `auto`: whoever writes, as long as no experiment was
 * picked; `trial`: the experiment in view; else a member's draft or a proposal that waits.
 */
export type Watched =
  | 'auto'
  | 'trial'
  | { readonly member: string }
  | { readonly proposal: string };

/** A program to look at, and what it is compared with. */
export interface ShownProgram {
  /** The same as long as it is the same thing that is shown, however it changes meanwhile. */
  readonly id: string;
  readonly program: ProgramSource;
  readonly before: ProgramSource | null;
  /** Whose and what it is, for the caption. */
  readonly caption: string;
  /** The member whose draft it is. */
  readonly writer: MemberView | null;
}

interface Sight {
  readonly study: Study;
  /** The experiment that the page is about. */
  readonly experiment: Experiment;
  /** Whether a person picked that experiment. */
  readonly picked: boolean;
  readonly team: TeamView | null;
}

/** Members with a draft that may still change. */
export function writersOf(team: TeamView | null): readonly MemberView[] {
  return team?.members.filter(({ draft, doing }) => draft !== null && doing !== 'ended') ?? [];
}

/** What the pane shows; `last` is what it showed before, so that it does not jump between two who write. */
export function shownProgram(sight: Sight, watched: Watched, last: string | null): ShownProgram {
  const writers = writersOf(sight.team);
  if (typeof watched === 'object' && 'proposal' in watched) {
    const shown = ofProposal(sight, watched.proposal);
    if (shown) return shown;
  }
  if (typeof watched === 'object' && 'member' in watched) {
    const writer = writers.find(({ id }) => id === watched.member);
    if (writer) return ofDraft(sight, writer);
  }
  if (watched !== 'trial' && !sight.picked) {
    const writer = writers.find((each) => draftId(each) === last) ?? writers[0];
    if (writer) return ofDraft(sight, writer);
  }
  return ofExperiment(sight);
}

const draftId = ({ id }: MemberView) => `draft ${id}`;

function ofDraft({ study }: Sight, writer: MemberView): ShownProgram {
  const { program, parent } = writer.draft!;
  const from = experimentById(study, parent) ?? study.experiments[0] ?? null;
  return {
    id: draftId(writer),
    program,
    before: from?.program ?? study.baseline,
    caption: `What it writes, compared with experiment ${from?.number ?? 0}`,
    writer,
  };
}

function ofProposal({ study, team }: Sight, id: string): ShownProgram | null {
  const waiting = team?.waiting.find((each) => each.id === id);
  if (!waiting) return null;
  const { title, program, parent } = waiting.proposal;
  const from = experimentById(study, parent) ?? study.experiments[0] ?? null;
  return {
    id: `proposal ${id}`,
    program,
    before: from?.program ?? study.baseline,
    caption: `${titleOf(team, waiting.member)} proposes: ${title}. Compared with experiment ${from?.number ?? 0}`,
    writer: null,
  };
}

function ofExperiment({ study, experiment }: Sight): ShownProgram {
  const parent = experimentById(study, experiment.parent);
  return {
    id: experiment.id,
    program: experiment.program,
    before: parent?.program ?? null,
    caption: parent
      ? `Experiment ${experiment.number}, compared with experiment ${parent.number}`
      : 'The program that the study began with',
    writer: null,
  };
}

/** What a person calls a member; its id where it has left. */
export function titleOf(team: TeamView | null, member: string): string {
  return team?.members.find(({ id }) => id === member)?.title ?? member;
}
