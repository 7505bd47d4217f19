import { fenced } from '../../../document/fence';
import { object, text } from '../schema';
import { fileChoice, keyOf, LONGEST_FILE, showLines } from './files';
import { refused, said, type Tool } from './tool';

export const replace: Tool<{ file: string; old: string; new: string }> = {
  name: 'replace',
  description:
    'Replaces one passage of the draft. `old` must be copied exactly, spaces and line ends included, and must stand in the file once. Take enough lines around it to make it the only one.',
  input: object<{ file: string; old: string; new: string }>({
    file: fileChoice,
    old: text('The passage as it stands in the file.', LONGEST_FILE),
    new: text('What stands there afterwards; empty removes the passage.', LONGEST_FILE, 0),
  }),
  run({ file, old, new: fresh }, desk) {
    const source = desk.draft[keyOf(file)];
    const places = placesOf(source, old);
    if (places.length === 0) {
      return refused(
        `Nothing was changed: the passage does not stand in ${file}${nearest(source, old)}. Call read_program and copy it exactly.`,
      );
    }
    if (places.length > 1) {
      const lines = places.map((at) => lineOf(source, at)).join(', ');
      return refused(
        `Nothing was changed: the passage stands ${places.length} times in ${file}, at lines ${lines}. Take more lines around it, so that it stands once.`,
      );
    }
    if (old === fresh)
      return refused('Nothing was changed: `old` and `new` are equal. Say what should differ.');
    const at = places[0]!;
    const edited = source.slice(0, at) + fresh + source.slice(at + old.length);
    if (edited.length > LONGEST_FILE)
      return refused(
        `Nothing was changed: ${file} would have more than ${LONGEST_FILE} characters.`,
      );
    desk.edit({ [keyOf(file)]: edited });
    return said(`Changed ${file} from line ${lineOf(source, at)}. Call check before you propose.`);
  },
};

function placesOf(source: string, old: string): number[] {
  const places: number[] = [];
  for (let at = source.indexOf(old); at >= 0; at = source.indexOf(old, at + 1)) places.push(at);
  return places;
}

const lineOf = (source: string, at: number): number => source.slice(0, at).split('\n').length;

/** Where the passage's first line stands, spaces aside: most misses are of indentation. */
function nearest(source: string, old: string): string {
  const first = old
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim();
  const line = source.split('\n').findIndex((each) => each.trim() === first) + 1;
  if (line === 0) return '';
  return `; its first line stands at line ${line}, and what follows or its spaces differ:\n\n${fenced('lines', showLines(source, line))}\n\n`;
}
