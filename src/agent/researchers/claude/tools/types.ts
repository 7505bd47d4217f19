import type { ProgramSource } from '../../../../model/programs/program';
import { fenced } from '../../../document/fence';
import { messageOf } from '../../../loop/waiting';
import type { Desk } from '../desk';
import type { TypeProblem } from '../types/problem';
import { keyOf, showLines } from './files';
import type { Answer } from './tool';
import { repairAnswer } from './trouble';

/** Problems that are told at once: most of the others come of the first ones. */
const SHOWN = 6;

/** The draft's types: an answer that asks for repair, or a word on why nothing is known; both null if all is right. */
export async function checkedTypes(
  desk: Desk,
  signal: AbortSignal,
): Promise<{ readonly trouble: Answer | null; readonly unknown: string | null }> {
  const { types } = desk.instruments;
  if (!types) return { trouble: null, unknown: null };
  try {
    const problems = await types(desk.draft, signal);
    const words = problems.length === 0 ? null : typesText(problems, desk.draft);
    return { trouble: words === null ? null : repairAnswer(words, desk), unknown: null };
  } catch (error) {
    signal.throwIfAborted();
    return {
      trouble: null,
      unknown: `Its types could not be checked:\n\n${fenced('error', messageOf(error))}`,
    };
  }
}

function typesText(problems: readonly TypeProblem[], program: ProgramSource): string {
  const shown = problems.slice(0, SHOWN);
  const lines = shown.map(
    ({ file, line, column, code, message }) =>
      `${file}:${line}:${column}: ${message} (TS${code})\n${showLines(program[keyOf(file)], line, 1)}`,
  );
  const first = shown[0]!;
  const more = problems.length - shown.length;
  return `It fails (types) at ${first.file}:${first.line}:${first.column}:\n\n${fenced('types', lines.join('\n'))}${more > 0 ? `\n\nThere are ${more} more.` : ''}`;
}
