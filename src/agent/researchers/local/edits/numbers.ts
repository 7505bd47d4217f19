import type { Random } from '../random';
import { type Source, write } from '../syntax/source';
import type { NumberSpot } from '../syntax/tree';

/** A number before and after an edit, as written in the program. */
export interface Changed {
  readonly from: string;
  readonly to: string;
  readonly up: boolean;
  readonly value: number;
}

/** Writes one of the numbers, other than the present one, in its place. */
export function changeTo(
  source: Source,
  spot: NumberSpot | null,
  choices: readonly number[],
  random: Random,
): Changed | null {
  if (!spot) return null;
  const others = choices.filter((choice) => write(choice) !== write(spot.value));
  const value = random.pick(others);
  if (value === null) return null;
  source.setNumber(spot, value);
  return { from: write(spot.value), to: write(value), up: value > spot.value, value };
}

/** Multiplies the number by one of the factors, within bounds. */
export function scaleBy(
  source: Source,
  spot: NumberSpot | null,
  factors: readonly number[],
  random: Random,
  [low, high]: readonly [number, number] = [0, Number.POSITIVE_INFINITY],
): Changed | null {
  if (!spot) return null;
  const scaled = factors
    .map((factor) => Number((spot.value * factor).toPrecision(2)))
    .filter((value) => value > low && value <= high);
  return changeTo(source, spot, scaled, random);
}

/** A new constant of the file, after the other numbers at its top. */
export function addConstant(source: Source, name: string, value: number, comment = ''): void {
  const line = `const ${name} = ${write(value)};${comment && ` // ${comment}`}`;
  const numbers = source.topDeclarations().filter(({ init }) => init?.type === 'NumericLiteral');
  const last = numbers.map((declarator) => source.parent(declarator)!).at(-1);
  const exported = last && source.parent(last)?.type === 'ExportNamedDeclaration';
  if (last)
    source.insertAfter(exported ? source.parent(last)! : last, exported ? `\n${line}` : line);
  else source.insertBefore(source.program.body.at(-1)!, `${line}\n`);
}
