import { PROGRAM_FILES, type ProgramSource } from '../../../../model/programs/program';
import { fenced } from '../../../document/fence';
import { choice } from '../schema';

/** Characters that a file may have. */
export const LONGEST_FILE = 100_000;

const NAMES = PROGRAM_FILES.map(({ file }) => file);

export const fileChoice = choice('The file of the program.', ...NAMES);

export function keyOf(file: string): keyof ProgramSource {
  return PROGRAM_FILES.find((each) => each.file === file)!.key;
}

/** A program as data, its lines as they are: what is copied out of it matches it. */
export function showProgram(program: ProgramSource): string {
  return PROGRAM_FILES.map(({ key, file }) => fenced(file, program[key])).join('\n\n');
}

/** The lines around one, numbered. */
export function showLines(source: string, line: number, around = 2): string {
  const lines = source.split('\n');
  const from = Math.max(1, line - around);
  const to = Math.min(lines.length, line + around);
  return lines
    .slice(from - 1, to)
    .map((text, i) => `${String(from + i).padStart(4)}${from + i === line ? ' >' : '  '} ${text}`)
    .join('\n');
}
