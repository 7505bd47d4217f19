import type { ProgramSource } from '../../model/programs/program';
import type { Random } from '../researchers/local/random';

/** The weights of a program by name, each as its shape [out, in] and its elements row by row. */
export type Weights = ReadonlyMap<string, Weight>;

export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** One kind of change that moves a program's luck and nothing else. */
export interface NullEdit {
  readonly kind: string;
  /** Whether a step keeps its cost: on a wall-clock budget a cheaper step is no mere luck. */
  readonly free: boolean;
  /** Null where the program lacks what it changes. */
  apply(program: ProgramSource, random: Random): NullChange | null;
}

export interface NullChange {
  readonly program: ProgramSource;
  /** In a few words. */
  readonly title: string;
  /** The weights with which the changed program computes what the unchanged one does with the given. */
  readonly carry: (weights: Weights) => Weights;
}

/**
 * The parameters of one layer that begin at random, as the presets write them:
 * ``params[`layer${i}.attn_wq`] = matrix(width, width);``.
 */
export interface Matrix {
  readonly stem: string;
  /** The statement as it stands, without its indent. */
  readonly statement: string;
  /** The two arguments of `matrix`, as written. */
  readonly out: string;
  readonly from: string;
}

export const slot = (stem: string): string => `params[\`layer\${i}.${stem}\`]`;

export function matricesOf({ model }: ProgramSource): Matrix[] {
  const pattern = /params\[`layer\$\{i\}\.(\w+)`\] = matrix\(([^(),]+), ([^(),]+)\);/g;
  return [...model.matchAll(pattern)].map(([statement, stem, out, from]) => ({
    statement,
    stem: stem!,
    out: out!,
    from: from!,
  }));
}

/** The text with every occurrence replaced, or null where there is none. */
export function replaced(text: string, from: string, to: string): string | null {
  return text.includes(from) ? text.replaceAll(from, to) : null;
}

/** Where the model's `forward` begins: what comes before declares the parameters. */
export function forwardOf({ model }: ProgramSource): { before: string; forward: string } | null {
  const at = model.indexOf('export function forward');
  return at < 0 ? null : { before: model.slice(0, at), forward: model.slice(at) };
}

/** Adds a name to the import of values from the tracing API. */
export function importing(model: string, name: string): string {
  return model.replace(/import \{ ([^}]*) \} from 'loopy';/, (whole, names: string) =>
    names.split(', ').includes(name) ? whole : `import { ${names}, ${name} } from 'loopy';`,
  );
}

/** Four letters that make a name unlike every other. */
export function letters(random: Random): string {
  const letter = () => String.fromCharCode(97 + Math.floor(26 * random.uniform()));
  return Array.from({ length: 4 }, letter).join('');
}

/** The same weights, with those whose name ends in `.stem` changed. */
export function eachNamed(
  weights: Weights,
  stem: string,
  change: (name: string, weight: Weight) => readonly (readonly [string, Weight])[],
): Weights {
  return new Map(
    [...weights].flatMap(([name, weight]) =>
      name === stem || name.endsWith(`.${stem}`) ? change(name, weight) : [[name, weight] as const],
    ),
  );
}

/** `layer0.attn_wq` with another stem. */
export const restemmed = (name: string, to: string): string => name.replace(/[^.]+$/, to);

/** Elements gathered into a weight of a shape of its own. */
export function gathered(
  shape: readonly [number, number],
  at: (row: number, column: number) => number,
): Weight {
  const [rows, columns] = shape;
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      values[row * columns + column] = at(row, column);
  }
  return { shape, values };
}
