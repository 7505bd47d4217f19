import {
  eachNamed,
  forwardOf,
  gathered,
  importing,
  letters,
  type Matrix,
  matricesOf,
  type NullEdit,
  replaced,
  restemmed,
  slot,
  type Weight,
} from './text';

/** A parameter under another name draws other numbers. */
export const RENAME: NullEdit = {
  kind: 'renamed parameter',
  free: true,
  apply(program, random) {
    const stems = matricesOf(program).map(({ stem }) => stem);
    const single = [...program.model.matchAll(/^ {4}(\w+): (?:matrix|normal)\(/gm)].map(
      (m) => m[1]!,
    );
    const stem = random.pick([...stems, ...single]);
    if (stem === null) return null;
    const name = `${stem.replace(/_[a-z]{4}$/, '')}_${letters(random)}`;
    const model = stems.includes(stem)
      ? replaced(program.model, slot(stem), slot(name))
      : program.model
          .replace(new RegExp(`^ {4}${stem}: `, 'm'), `    ${name}: `)
          .replace(new RegExp(`\\bparams\\.${stem}\\b`, 'g'), `params.${name}`);
    return {
      program: { ...program, model: model! },
      title: `${stem} is called ${name}`,
      carry: (weights) => eachNamed(weights, stem, (old, w) => [[restemmed(old, name), w]]),
    };
  },
};

/** Two parameters of one shape and one distribution change places, in `forward` alone. */
export const EXCHANGE: NullEdit = {
  kind: 'parameters exchanged',
  free: true,
  apply(program, random) {
    const parts = forwardOf(program);
    const matrices = matricesOf(program);
    const alikeOf = (one: Matrix) =>
      matrices.filter((m) => m !== one && m.out === one.out && m.from === one.from);
    const one = random.pick(matrices.filter((matrix) => alikeOf(matrix).length > 0));
    const two = one && random.pick(alikeOf(one));
    if (!parts || !one || !two) return null;
    const [a, b] = [slot(one.stem), slot(two.stem)];
    const forward = parts.forward
      .split(a)
      .map((part) => part.replaceAll(b, a))
      .join(b);
    return {
      program: { ...program, model: parts.before + forward },
      title: `${one.stem} and ${two.stem} change places`,
      carry: (weights) =>
        new Map(
          [...weights].map(([name]) => {
            const stem = /[^.]+$/.exec(name)![0];
            const other = stem === one.stem ? two.stem : stem === two.stem ? one.stem : stem;
            return [name, weights.get(restemmed(name, other))!];
          }),
        ),
    };
  },
};

/** A square matrix is read by its columns: the same numbers are drawn, and stand elsewhere. */
export const TRANSPOSE: NullEdit = {
  kind: 'matrix transposed',
  free: true,
  apply(program, random) {
    const square = matricesOf(program).filter(({ out, from }) => out === from);
    const choices = square.filter(({ stem }) => multiplied(program.model, stem) !== null);
    const chosen = random.pick(choices);
    if (!chosen) return null;
    return {
      program: { ...program, model: multiplied(program.model, chosen.stem)! },
      title: `${chosen.stem} is stored transposed`,
      carry: (weights) =>
        eachNamed(weights, chosen.stem, (name, { shape, values }) => {
          const size = shape[0]!;
          return [[name, gathered([size, size], (row, column) => values[column * size + row]!)]];
        }),
    };
  },
};

/** The model with `linear(x, W)` written as `x.matmul(W)`; null where W is not used so. */
function multiplied(model: string, stem: string): string | null {
  const use = usedAt(stem);
  const end = model.indexOf(use);
  const start = model.lastIndexOf('linear(', end);
  const operand = model.slice(start + 'linear('.length, end);
  if (end < 0 || start < 0 || !/^\w+$/.test(operand)) return null;
  return `${model.slice(0, start)}${operand}.matmul(${slot(stem)})${model.slice(end + use.length)}`;
}

/** Hidden units or heads are taken in another order than they are drawn in. */
export const PERMUTE: NullEdit = {
  kind: 'units permuted',
  free: false,
  apply(program, random) {
    const heads = Number(/heads: (\d+)/.exec(program.model)?.[1] ?? 1);
    // Hidden units are the rows of the MLP's first matrix and the columns of its second; heads are blocks
    // of the columns that close attention.
    const ways = [
      { begins: 'mlp_fc1', axis: 0, parts: 4 },
      { begins: 'mlp_fc2', axis: 1, parts: 4 },
      { begins: 'attn_wo', axis: 1, parts: heads },
    ] as const;
    const stems = matricesOf(program).map(({ stem }) => stem);
    const open = ways.flatMap((way) =>
      stems
        .filter((stem) => stem.startsWith(way.begins) && program.model.includes(usedAt(stem)))
        .map((stem) => ({ ...way, stem })),
    );
    const chosen = random.pick(open.filter(({ parts }) => parts > 1));
    if (!chosen) return null;
    const { stem, axis, parts } = chosen;
    const turn = 1 + Math.floor((parts - 1) * random.uniform());
    const w = slot(stem);
    const at = `(${turn} * ${w}.shape[${axis}]) / ${parts}`;
    const turned = `concat([${w}.slice(${axis}, ${at}), ${w}.slice(${axis}, 0, ${at})], ${axis})`;
    const model = importing(
      program.model.replace(usedAt(stem), () => `, ${turned})`),
      'concat',
    );
    return {
      program: { ...program, model },
      title: `the ${axis === 0 ? 'outputs' : 'inputs'} of ${stem} are turned by ${turn} of ${parts} parts`,
      carry: (weights) =>
        eachNamed(weights, stem, (name, { shape, values }) => {
          const [rows, columns] = shape as [number, number];
          const by = (turn * shape[axis]!) / parts;
          const turnBack = (i: number, size: number) => (i - by + size) % size;
          const read = (row: number, column: number) =>
            axis === 0
              ? values[turnBack(row, rows) * columns + column]!
              : values[row * columns + turnBack(column, columns)]!;
          return [[name, gathered([rows, columns], read)]];
        }),
    };
  },
};

/** A parameter as the last argument of a call: the second operand of `linear`. */
const usedAt = (stem: string): string => `, ${slot(stem)})`;

/** One matrix is drawn as two halves of its outputs, each with the same distribution. */
export const SPLIT: NullEdit = {
  kind: 'matrix split',
  free: false,
  apply(program, random) {
    const parts = forwardOf(program);
    const chosen = random.pick(matricesOf(program).filter(({ stem }) => !/_half_/.test(stem)));
    if (!parts || !chosen) return null;
    const { stem, statement, out, from } = chosen;
    const halves = ['a', 'b'].map((half) => `${stem}_half_${half}`);
    const declared = halves.map((name) => `${slot(name)} = matrix((${out}) / 2, ${from});`);
    // Written with a product and not a quotient, so that its own halves are recognised as matrices.
    const before = replaced(
      parts.before,
      statement,
      declared.map((line) => line.replace(`(${out}) / 2`, `0.5 * ${out}`)).join('\n    '),
    );
    const joined = `concat([${halves.map(slot).join(', ')}], 0)`;
    const forward = replaced(parts.forward, slot(stem), joined);
    if (before === null || forward === null) return null;
    return {
      program: { ...program, model: importing(before + forward, 'concat') },
      title: `${stem} is drawn as two halves`,
      carry: (weights) =>
        eachNamed(weights, stem, (name, { shape, values }) => {
          const [rows, columns] = shape as [number, number];
          const half = rows / 2;
          return halves.map((to, i) => [
            restemmed(name, to),
            gathered(
              [half, columns],
              (row, column) => values[(i * half + row) * columns + column]!,
            ),
          ]);
        }),
    };
  },
};

/** Two matrices that begin alike are drawn as one of twice the outputs. */
export const JOIN: NullEdit = {
  kind: 'matrices joined',
  free: false,
  apply(program, random) {
    const parts = forwardOf(program);
    const matrices = matricesOf(program).filter(({ out }) => out === 'width');
    const one = random.pick(matrices);
    const two = random.pick(matrices.filter((m) => m.stem !== one?.stem && m.from === one?.from));
    if (!parts || !one || !two) return null;
    const name = `${one.stem}_${letters(random)}`;
    const before = replaced(
      parts.before.replace(new RegExp(`\\n *${escaped(two.statement)}`), ''),
      one.statement,
      `${slot(name)} = matrix(2 * width, ${one.from});`,
    );
    const forward = parts.forward
      .replaceAll(slot(one.stem), `${slot(name)}.slice(0, 0, width)`)
      .replaceAll(slot(two.stem), `${slot(name)}.slice(0, width)`);
    if (before === null) return null;
    return {
      program: { ...program, model: before + forward },
      title: `${one.stem} and ${two.stem} are drawn as one`,
      carry: (weights) => {
        const stacked = (old: string, first: Weight) => {
          const second = weights.get(restemmed(old, two.stem))!;
          const values = Float64Array.of(...first.values, ...second.values);
          const shape = [first.shape[0]! + second.shape[0]!, first.shape[1]!];
          return [[restemmed(old, name), { shape, values }]] as const;
        };
        return eachNamed(eachNamed(weights, one.stem, stacked), two.stem, () => []);
      },
    };
  },
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
