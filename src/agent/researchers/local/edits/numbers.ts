import type { Chooser } from '../random';
import { type Source, write } from '../syntax/source';
import type { NumberSpot } from '../syntax/tree';

/** A number before and after an edit, as written in the program. */
export interface Changed {
  readonly from: string;
  readonly to: string;
  readonly up: boolean;
  readonly value: number;
}

/** Bounds of a number, and what else it must fulfil. */
export interface Bounds {
  readonly low?: number;
  readonly high?: number;
  readonly fits?: (value: number) => boolean;
}

/** Writes another number in the place of the present one: one of the choices, or one within the bounds. */
export function changeTo(
  source: Source,
  spot: NumberSpot | null,
  choices: readonly number[],
  chooser: Chooser,
  bounds: Bounds = {},
): Changed | null {
  if (!spot) return null;
  const low = bounds.low ?? Math.min(...choices, spot.value);
  const high = bounds.high ?? Math.max(...choices, spot.value);
  const whole = [...choices, spot.value].every(Number.isInteger);
  const { fits = () => true } = bounds;
  const usable = choices.filter((choice) => choice >= low && choice <= high && fits(choice));
  const others = usable.filter((choice) => write(choice) !== write(spot.value));
  const value = chooser.number(spot.value, others, { low, high, whole, fits });
  if (value === null || write(value) === write(spot.value)) return null;
  source.setNumber(spot, value);
  return { from: write(spot.value), to: write(value), up: value > spot.value, value };
}

/** Multiplies the number by one of the factors, within bounds; a whole number stays whole. */
export function scaleBy(
  source: Source,
  spot: NumberSpot | null,
  factors: readonly number[],
  chooser: Chooser,
  [low, high]: readonly [number, number] = [Number.MIN_VALUE, Number.POSITIVE_INFINITY],
): Changed | null {
  if (!spot) return null;
  const scaled = factors.map((factor) => Number((spot.value * factor).toPrecision(2)));
  return changeTo(source, spot, scaled, chooser, { low, high });
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
