/** What the lab says in a conversation besides the research document and the answers of tools. */

import type { ProgramSource } from '../../../model/programs/program';
import { fenced, oneLine, spoken } from '../../document/fence';
import { patchOf } from '../../program-diff';
import type { Around, Proposal, Study } from '../../study';
import { showProgram } from './tools/files';
import type { Told } from './work';

export const NOTHING_PROPOSED =
  'Nothing was proposed yet. Go on with the tools: your turn ends with propose, or with give_up.';

/** What is asked of this researcher alone: it stands after the document, which others read as well. */
export function taskWords(direction: string | null, around: Around | undefined): string {
  const pursued =
    direction === null
      ? ''
      : `You are asked to pursue this direction, as far as the evidence supports it:\n\n${spoken('direction', direction)}`;
  return [underWayWords(around), pursued, 'Propose the next experiment.']
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Ideas that wait for their trial, so that none is had twice. */
export function underWayWords(around: Around | undefined): string {
  if (!around || around.underWay.length === 0) return '';
  const lines = around.underWay.map(
    ({ title, hypothesis, kind, researcher, member }) =>
      `${oneLine(member ?? researcher, 60)}: ${oneLine(title, 160)} (${oneLine(kind, 60)}): ${oneLine(hypothesis)}`,
  );
  return `These proposals wait for their trial: choose something else.\n\n${fenced('under way', lines.join('\n'))}`;
}

export function personSays(words: string): string {
  return `The person whose study this is writes to you:\n\n${spoken('message', words)}`;
}

export function turnedDown(reason: string): string {
  return `The lab turned it down:\n\n${fenced('reason', reason)}\n\nChange the draft, or take another idea, and propose again.`;
}

/** A proposal that became no experiment, and was not turned down either. */
export function takenAway({ title, kind }: Proposal): string {
  return `Your last proposal was taken away before its trial, most likely by the person whose study this is. Propose something else unless you are told otherwise.\n\n${fenced('proposal', `${oneLine(title)} (${oneLine(kind, 60)})`)}`;
}

/** A draft that a person hands back in the middle of the work. */
export function draftChanged(after: ProgramSource, before: ProgramSource): string {
  const patch = patchOf(before, after);
  if (patch === '') return 'A person looked at your draft and hands it back as it was.';
  return `A person edited your draft. It is what you go on with; this was changed:\n\n${fenced('change', patch)}`;
}

/** A draft that a person hands over before the work begins. */
export function draftGiven(program: ProgramSource): string {
  return `Your draft is not the incumbent's program but this one, which a person hands you to go on with:\n\n${showProgram(program)}`;
}

export function toldOf({ experiments, incumbent }: Study): Told {
  return { decided: experiments.filter(({ verdict }) => verdict !== null).length, incumbent };
}

/** What became known since the conversation was told; empty where nothing did. */
export function newsWords(told: Told, study: Study): string {
  const decided = study.experiments.filter(({ verdict }) => verdict !== null);
  const lines = decided
    .slice(told.decided)
    .map(
      ({ number, title, verdict }) =>
        `#${number} ${oneLine(title, 160)}: ${verdict!.decision} (${verdict!.ground}): ${oneLine(verdict!.reason, 600)}`,
    );
  if (lines.length === 0) return '';
  const incumbent = study.experiments.find(({ id }) => id === study.incumbent);
  const now =
    incumbent && incumbent.id !== told.incumbent
      ? ` The incumbent is now experiment #${incumbent.number}, and candidates are compared with it; your draft stays what it was.`
      : '';
  return `Meanwhile other experiments were decided.${now}\n\n${fenced('verdicts', lines.join('\n'))}`;
}
