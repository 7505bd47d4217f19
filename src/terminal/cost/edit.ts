import { PROGRAM_FILES, type ProgramSource } from '../../model/programs/program';
import type { ScriptedReply } from './endpoint';

/** The calls that turn one program into another: a passage replaced in each file that differs. */
export function editCalls(
  from: ProgramSource,
  to: ProgramSource,
): Pick<ScriptedReply, 'tool' | 'input'>[] {
  return PROGRAM_FILES.filter(({ key }) => from[key] !== to[key]).map(({ key, file }) => {
    const passage = passageOf(from[key].split('\n'), to[key].split('\n'), from[key]);
    return passage === null
      ? { tool: 'write_file', input: { file, content: to[key] } }
      : { tool: 'replace', input: { file, ...passage } };
  });
}

/** The lines that differ, with as many around them as make the passage stand once; null where none do. */
function passageOf(
  before: readonly string[],
  after: readonly string[],
  text: string,
): { old: string; new: string } | null {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start++;
  let end = 0;
  while (end < shortest - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  for (; start >= 0 && end >= 0; start--, end--) {
    const old = before.slice(start, before.length - end).join('\n');
    if (old !== '' && text.split(old).length === 2) {
      return { old, new: after.slice(start, after.length - end).join('\n') };
    }
  }
  return null;
}
