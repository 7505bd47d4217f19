import { modelEdit } from '../edit';
import { numberOf } from '../syntax/nodes';
import { type Source, write } from '../syntax/source';
import { changeTo } from './numbers';

/** What training minimises. The score stays the cross-entropy, which the harness computes. */
export const OBJECTIVES = [
  objective({
    kind: 'z-loss',
    title: 'Logits kept from drifting',
    weights: [1e-4, 1e-3, 1e-2],
    lines: (weight) => [
      '/** Cross-entropy, and a pull on the size of the logits (PaLM; Chowdhery et al., 2022). */',
      'export function loss({ logits, targets }: LossInputs): Tensor {',
      `  const weight = ${weight};`,
      '  const counted = targets.greaterEqual(0);',
      '  const size = where(counted, logSumExp(logits).square(), 0).sum().div(counted.sum());',
      '  return crossEntropy(logits, targets).add(size.mul(weight));',
      '}',
    ],
    needs: ['crossEntropy', 'logSumExp', 'where'],
    idea: (weight) => ({
      title: `z-loss ${weight}`,
      hypothesis: `Adding one number to all logits changes no guess, so they can drift. A penalty of ${weight} on the square of log(sum(exp(logits))) holds them near 0, where they are computed most exactly.`,
    }),
  }),

  objective({
    kind: 'label-smoothing',
    title: 'A target that is not quite sure',
    weights: [0.02, 0.05, 0.1],
    lines: (weight) => [
      '/** Cross-entropy against targets of which a share is spread over all tokens (Szegedy et al., 2016). */',
      'export function loss({ logits, targets }: LossInputs): Tensor {',
      `  const weight = ${weight};`,
      '  const counted = targets.greaterEqual(0);',
      '  const even = where(counted, logSoftmax(logits).mean(-1).neg(), 0).sum().div(counted.sum());',
      '  return crossEntropy(logits, targets).mul(1 - weight).add(even.mul(weight));',
      '}',
    ],
    needs: ['crossEntropy', 'logSoftmax', 'where'],
    idea: (weight) => ({
      title: `label smoothing ${weight}`,
      hypothesis: `Spreading ${weight} of each target over all tokens keeps the model from being ever surer of what it knows. The score does not smooth, so this can only pay by steadier training.`,
    }),
  }),

  modelEdit('loss-weight', 'objective', 'More or less of the added loss', (source, random) => {
    const weight = lossWeight(source);
    const choices = weight ? [0.3, 3].map((factor) => weight.value * factor) : [];
    const change = changeTo(source, weight, choices, random);
    return (
      change && {
        title: `weight of the added loss ${change.from} → ${change.to}`,
        hypothesis: `A weight of ${change.to} instead of ${change.from} makes training care ${change.up ? 'more' : 'less'} about what was added to the cross-entropy.`,
      }
    );
  }),

  modelEdit('remove-loss', 'objective', 'Plain cross-entropy', (source) => {
    const loss = source.functionNamed('loss');
    const statement = loss && source.parent(loss);
    if (statement?.type !== 'ExportNamedDeclaration') return null;
    const weight = lossWeight(source)?.value;
    source.removeDeclaration(statement);
    return {
      title: 'plain cross-entropy',
      hypothesis: `Training on exactly what is judged, without the addition${weight === undefined ? '' : ` of weight ${write(weight)}`}, takes 1 function less.`,
    };
  }),
];

interface Objective {
  readonly kind: string;
  readonly title: string;
  readonly weights: readonly number[];
  lines(weight: string): readonly string[];
  readonly needs: readonly string[];
  idea(weight: string): { title: string; hypothesis: string };
}

function objective({ kind, title, weights, lines, needs, idea }: Objective) {
  return modelEdit(kind, 'objective', title, (source, random) => {
    if (source.functionNamed('loss') || !source.functionNamed('forward')) return null;
    const weight = write(random.pick(weights)!);
    source.addAtEnd(lines(weight).join('\n'));
    source.need(...needs);
    source.needType('LossInputs', 'Tensor');
    return idea(weight);
  });
}

/** `const weight = 0.05;` within the loss. */
function lossWeight(source: Source) {
  const loss = source.functionNamed('loss');
  const found =
    loss && source.all('VariableDeclarator', loss).find(({ id }) => source.says(id, 'weight'));
  const value = numberOf(found?.init);
  return found?.init && value !== null ? { node: found.init, value } : null;
}
