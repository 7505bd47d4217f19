import type { CallExpression, Node } from '@babel/types';
import { modelEdit } from '../edit';
import { isCall, isName, numberOf } from '../syntax/nodes';
import type { Source } from '../syntax/source';
import { write } from '../syntax/source';
import type { NumberSpot } from '../syntax/tree';
import { branchesOf, type Gpt, gptOf, headOf } from './gpt';
import { scaleBy } from './numbers';
import { optionOf } from './options';
import { initialOf, isParam, paramKey } from './parameters';
import { resolved } from './roles';

/** How parameters begin. */
export const INITS = [
  modelEdit('init-scale', 'init', 'Larger or smaller weights at first', (source, random) => {
    const gpt = gptOf(source);
    const normals = gpt ? source.calls('normal', gpt.init) : [];
    const std = optionOfCall(random.pick(normals), 'std');
    if (!std) return null;
    const spot = stdSpot(source, std);
    const factors = [0.5, 0.7, 1.4, 2];
    if (spot) {
      const change = scaleBy(source, spot, factors, random, [1e-4, 10]);
      return (
        change && {
          title: `initial weights ${change.from} → ${change.to}`,
          hypothesis: `Weights that begin with a spread of ${change.to} instead of ${change.from} ${change.up ? 'tell tokens apart from the first step on' : 'begin closer to an even guess, from where every direction is open'}.`,
        }
      );
    }
    if (std.type !== 'BinaryExpression') return null;
    const factor = random.pick(factors)!;
    source.wrap(std, `${write(factor)} * `, '');
    return {
      title: `initial weights ${factor} times as large`,
      hypothesis: `Weights that begin ${factor} times as large as ${source.textOf(std)} ${factor > 1 ? 'tell tokens apart from the first step on' : 'begin closer to an even guess, from where every direction is open'}.`,
    };
  }),

  modelEdit('fan-in-init', 'init', 'Weights by the size of what they read', (source) => {
    const maker = matrixMaker(source);
    const std = optionOfCall(maker?.normal, 'std');
    if (!maker || !std || source.all('Identifier', std).some((id) => isName(id, maker.from))) {
      return null;
    }
    const spot = stdSpot(source, std);
    source.replace(std, `${maker.from} ** -0.5`);
    const property = source.parent(std);
    if (property?.type === 'ObjectProperty' && property.shorthand) return null;
    return {
      title: 'initial weights of 1 / sqrt(inputs)',
      hypothesis: `A spread of 1 / sqrt(inputs) instead of ${spot ? write(spot.value) : 'the same for all'} keeps the size of what flows through a matrix as it is, whatever the width (LeCun et al., 1998).`,
    };
  }),

  modelEdit('orthogonal-init', 'init', 'Orthogonal matrices at first', (source) => {
    const maker = matrixMaker(source);
    const shape = maker?.normal.arguments[0];
    if (!maker || !shape) return null;
    source.replace(maker.normal, `orthogonal(${source.textOf(shape)})`);
    source.need('orthogonal');
    return {
      title: 'orthogonal initial matrices',
      hypothesis:
        'Orthogonal matrices stretch no direction and shrink none: all singular values are 1, so signals pass through layers at their own size (Saxe et al., 2014).',
    };
  }),

  modelEdit('zero-init', 'init', 'Branches that begin silent', (source) => {
    const closing = closingInitials(source).filter(({ value }) => !isCall(value, 'zeros'));
    for (const { value, shape } of closing) source.replace(value, `zeros(${shape})`);
    source.need('zeros');
    return closing.length === 0
      ? null
      : {
          title: 'branches begin at 0',
          hypothesis: `With the matrices that close branches (${closing.length} in a layer) at 0, a model begins as a table of pairs of tokens, and layers join in as they learn something (Zhang et al., 2019).`,
        };
  }),

  modelEdit('remove-zero-init', 'init', 'Branches that speak at once', (source) => {
    const maker = matrixMaker(source);
    const silent = closingInitials(source).filter(({ value }) => isCall(value, 'zeros'));
    if (!maker || silent.length === 0) return null;
    for (const { value, shape } of silent) {
      source.replace(value, `${maker.name}(${shape.replace(/^\[|\]$/g, '')})`);
    }
    return {
      title: 'branches begin at random',
      hypothesis: `Matrices at 0 pass no gradient to what lies before them in the first step. With all ${silent.length} at random, every weight learns at once.`,
    };
  }),

  modelEdit('zero-head', 'init', 'An even guess at first', (source) => {
    const gpt = gptOf(source);
    const head = gpt && headOf(source, gpt)?.arguments[1];
    const initial =
      gpt && isParam(head, gpt.params) ? initialOf(source, gpt, paramKey(source, head)) : null;
    const shape = initial && shapeText(source, initial.value);
    if (!initial || !shape || isCall(initial.value, 'zeros') || isTied(source, gpt!)) return null;
    source.replace(initial.value, `zeros(${shape})`);
    source.need('zeros');
    return {
      title: 'the head begins at 0',
      hypothesis:
        'With the head at 0 the first guess gives every token the same chance, which is the best guess of a model that knows nothing; the first steps need not undo a random one.',
    };
  }),
];

function optionOfCall(call: CallExpression | null | undefined, name: string) {
  const options = call?.arguments[1];
  return options?.type === 'ObjectExpression' ? optionOf(options, name) : null;
}

/** The number behind a spread: written there, in front of a product, or a setting of that name. */
function stdSpot(source: Source, std: Node): NumberSpot | null {
  const value = numberOf(std);
  if (value !== null) return { node: std, value };
  if (isName(std) || std.type === 'MemberExpression') return resolved(source, std);
  return std.type === 'BinaryExpression' && std.operator === '*' ? stdSpot(source, std.left) : null;
}

/** `const matrix = (out, from) => normal([out, from], ...)`. */
function matrixMaker(source: Source) {
  for (const { id, init } of source.all(
    'VariableDeclarator',
    gptOf(source)?.init ?? source.program,
  )) {
    if (!isName(id) || init?.type !== 'ArrowFunctionExpression') continue;
    const [, from] = init.params;
    if (!isCall(init.body, 'normal') || !isName(from)) continue;
    return { name: id.name, from: from.name, normal: init.body };
  }
  return null;
}

/** The initialisers of the matrices that close branches, and their shapes in brackets. */
function closingInitials(source: Source): { value: Node; shape: string }[] {
  const gpt = gptOf(source);
  return (gpt ? branchesOf(source, gpt) : []).flatMap(({ matrix }) => {
    const initial = initialOf(source, gpt!, paramKey(source, matrix));
    const shape = initial && shapeText(source, initial.value);
    return shape ? { value: initial.value, shape } : [];
  });
}

/** The shape that an initialiser is called with: `matrix(a, b)` and `normal([a, b], ...)` give `[a, b]`. */
function shapeText(source: Source, value: Node): string | null {
  if (value.type !== 'CallExpression') return null;
  const [first, second] = value.arguments;
  if (first?.type === 'ArrayExpression') return source.textOf(first);
  return first && second && isCall(value, matrixMaker(source)?.name ?? '')
    ? `[${source.textOf(first)}, ${source.textOf(second)}]`
    : null;
}

/** Whether the head reads with the embedding's own table, which must not begin at 0. */
function isTied(source: Source, gpt: Gpt): boolean {
  const head = headOf(source, gpt)?.arguments[1];
  return source
    .calls('embedding', gpt.forward)
    .some(({ arguments: [table] }) => table && head && source.says(table, source.textOf(head)));
}
