import { PROGRAM_FILES, type ProgramSource } from '../model/programs/program';
import { countChanges, type DiffGap, type DiffLine, diffLines, folded } from './line-diff';

/** What changed in one file of a program: its lines, with long runs of equal ones left out. */
export interface FileDiff {
  readonly file: string;
  readonly added: number;
  readonly removed: number;
  readonly lines: readonly (DiffLine | DiffGap)[];
}

/** The files of a program that differ from another's, in their own order. */
export function diffPrograms(before: ProgramSource, after: ProgramSource): FileDiff[] {
  return PROGRAM_FILES.filter(({ key }) => before[key] !== after[key]).map(({ key, file }) => {
    const lines = diffLines(before[key], after[key]);
    return { file, ...countChanges(lines), lines: folded(lines) };
  });
}

/** The same as text: `+` and `-` before what changed, as diffs are commonly written. */
export function patchOf(before: ProgramSource, after: ProgramSource): string {
  return diffPrograms(before, after)
    .map(({ file, lines }) => [`--- ${file}`, ...lines.map(lineOf)].join('\n'))
    .join('\n');
}

const SIGNS = { same: ' ', added: '+', removed: '-' } as const;

function lineOf(line: DiffLine | DiffGap): string {
  if (line.kind === 'gap') return `@@ ${line.lines} lines are the same @@`;
  return `${SIGNS[line.kind]}${line.text}`;
}
