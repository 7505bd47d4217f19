import type { Crash } from '../../../../model/harness/trial';
import { PROGRAM_FILES, type ProgramSource } from '../../../../model/programs/program';
import { fenced } from '../../../document/fence';
import { type Desk, REPAIRS } from '../desk';
import { showLines } from './files';
import { type Answer, refused } from './tool';

/** A crash with its file, line and the lines around it: words of the program are data. */
export function crashText({ kind, message, at }: Crash, program: ProgramSource): string {
  const place = at
    ? `${at.file}:${at.line}${at.column === undefined ? '' : `:${at.column}`}`
    : 'no line is known';
  const key = PROGRAM_FILES.find(({ file }) => file === at?.file)?.key;
  const lines =
    at && key ? fenced(`${at.file} around line ${at.line}`, showLines(program[key], at.line)) : '';
  return [`It fails (${kind}) at ${place}:`, fenced('error', message.slice(0, 4000)), lines]
    .filter((part) => part !== '')
    .join('\n\n');
}

export function troubleAnswer(crash: Crash, desk: Desk): Answer {
  return repairAnswer(crashText(crash, desk.draft), desk);
}

/** What is wrong with the draft, as an answer; with the repairs used up the idea is taken away. */
export function repairAnswer(words: string, desk: Desk): Answer {
  const left = desk.failed();
  if (left > 0)
    return refused(
      `${words}\n\nRepair it and check again; ${left} of ${REPAIRS} repairs are left.`,
    );
  desk.startFrom(null);
  return refused(
    `${words}\n\nAll ${REPAIRS} repairs are used up. The draft is the incumbent's program again: take another idea, or a simpler form of this one.`,
  );
}
