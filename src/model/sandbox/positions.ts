import type { SourceLine } from '../../kernels/graph/types';

/** Columns of a stripped line and of the line as written, pairwise and ascending; lines stay lines. */
type LineColumns = readonly { readonly stripped: number; readonly written: number }[];
export type ColumnMap = readonly LineColumns[];

/** `    at forward (model.ts:12:9)`, or without the name. A function's name may hold anything: the end counts. */
const FRAME = /[\s(]((?:model|optimizer)\.ts):(\d{1,7})(?::(\d{1,7}))?\)?$/;

/** The innermost line of the program in a stack of QuickJS, as its author wrote it. */
export function lineInStack(
  stack: string,
  maps: ReadonlyMap<string, ColumnMap>,
): SourceLine | undefined {
  for (const frame of stack.slice(0, 20_000).split('\n')) {
    const [, file, line, column] = FRAME.exec(frame) ?? [];
    if (!file || !line) continue;
    const at = { file, line: Number(line) };
    const written = column && writtenColumn(maps.get(file), at.line, Number(column));
    return written ? { ...at, column: written } : at;
  }
  return undefined;
}

function writtenColumn(map: ColumnMap | undefined, line: number, column: number) {
  const segment = map?.[line - 1]?.findLast(({ stripped }) => stripped <= column - 1);
  return segment && segment.written + (column - 1 - segment.stripped) + 1;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Reads the `mappings` of a source map (ECMA-426) whose one source has the same lines as its result. */
export function readColumns(mappings: string): ColumnMap {
  let written = 0;
  return mappings.split(';').map((line) => {
    let stripped = 0;
    return line.split(',').flatMap((segment) => {
      const fields = readNumbers(segment);
      stripped += fields[0] ?? 0;
      written += fields[3] ?? 0;
      return fields.length >= 4 ? [{ stripped, written }] : [];
    });
  });
}

/** Base-64 digits of 5 bits each, lowest first; bit 6 says that more follow, and the lowest bit is the sign. */
function readNumbers(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = DIGITS.indexOf(character);
    value += (digit & 31) * 2 ** shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value % 2 ? -(value - 1) / 2 : value / 2);
    value = 0;
    shift = 0;
  }
  return numbers;
}
