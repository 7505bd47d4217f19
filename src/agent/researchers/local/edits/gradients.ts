import { optimizerEdit } from '../edit';
import { asMethod, isCall, isName } from '../syntax/nodes';
import type { Source } from '../syntax/source';
import { anatomyOf, momentsOf, stateObjects, stepOf } from './adam';
import { addConstant, scaleBy } from './numbers';

const CLIPPED = `
/** All gradients, scaled down together so that their joint length is at most \`most\`. */
function clipped(grads: Params, most: number): Params {
  let squares = scalar(0);
  for (const name of Object.keys(grads)) squares = squares.add(grads[name].square().sum());
  const factor = minimum(scalar(most).div(squares.sqrt().add(1e-6)), 1);
  return map(grads, (g) => g.mul(factor));
}`;

const ORTHOGONALISED = `
/** Nearly the closest matrix of orthonormal rows, by five Newton-Schulz steps (Jordan et al., 2024). */
function orthogonalised(g: Tensor): Tensor {
  const tall = g.shape[0] > g.shape[1];
  let x = tall ? g.transpose() : g;
  x = x.div(x.square().sum().sqrt().add(1e-7));
  for (let i = 0; i < 5; i++) {
    const gram = matmul(x, x.transpose());
    const curve = gram.mul(-4.775).add(matmul(gram, gram).mul(2.0315));
    x = x.mul(3.4445).add(matmul(curve, x));
  }
  return tall ? x.transpose() : x;
}`;

/** What happens to gradients before they become a step, and to weights after it. */
export const GRADIENTS = [
  optimizerEdit(
    'gradient-clipping',
    'optimizer',
    'No step on a freak gradient',
    (source, random) => {
      const clip = source.constant('clipNorm');
      if (clip) {
        const change = scaleBy(source, clip, [0.3, 3], random, [0.01, 100]);
        return (
          change && {
            title: `clip norm ${change.from} → ${change.to}`,
            hypothesis: `Clipping gradients at a joint length of ${change.to} instead of ${change.from} ${change.up ? 'leaves more of them as they are' : 'tames more of them'}.`,
          }
        );
      }
      const anatomy = anatomyOf(source);
      const first = anatomy?.update.body.body[0];
      if (!anatomy || !first || source.functionNamed('clipped')) return null;
      const { grads } = anatomy.names;
      const uses = source.all('Identifier', anatomy.update.body).filter((id) => isName(id, grads));
      if (uses.length === 0) return null;
      for (const use of uses) source.replace(use, 'bounded');
      source.insertBefore(first, `const bounded = clipped(${grads}, clipNorm);`);
      addConstant(source, 'clipNorm', 1);
      source.addAtEnd(CLIPPED.trimStart());
      source.need('map', 'minimum', 'scalar');
      return {
        title: 'gradient clipping at norm 1',
        hypothesis:
          'Scaling all gradients down together whenever their joint length exceeds 1 keeps one odd batch from throwing the weights far off.',
      };
    },
  ),

  optimizerEdit('remove-clipping', 'optimizer', 'Gradients as they are', (source) => {
    const call = source.calls('clipped')[0];
    const declarator = call && source.parent(call);
    const [grads] = call?.arguments ?? [];
    if (declarator?.type !== 'VariableDeclarator' || !isName(declarator.id) || !isName(grads)) {
      return null;
    }
    const most = source.constant('clipNorm')?.value;
    source.replaceUses(declarator.id, grads.name, source.program);
    source.remove(source.parent(declarator)!);
    return {
      title: 'no gradient clipping',
      hypothesis: `If gradients rarely exceed a length of ${most ?? 1}, clipping them does nothing, and the code is shorter without it.`,
    };
  }),

  optimizerEdit('muon', 'optimizer', 'Orthogonal steps for matrices (Muon)', (source) => {
    const anatomy = anatomyOf(source);
    const step = anatomy && stepOf(source, anatomy);
    const mean = anatomy && momentsOf(source, anatomy).find((moment) => !moment.squared);
    const taken = asMethod(step?.returned.value, 'sub');
    const rate = rateIn(source, taken?.args[0]);
    if (!step || !mean || !taken || !rate || source.functionNamed('orthogonalised')) return null;
    const { p, index, returned } = step;
    source.insertBefore(
      returned.statement,
      [
        `if (${p}.shape.length === 2 && /\\d/.test(${index})) { // of a layer: it has a number`,
        `  const turned = orthogonalised(${mean.variable}[${index}]);`,
        `  const size = 0.2 * Math.max(...${p}.shape) ** 0.5; // as long as Adam's steps are`,
        `  return ${source.textOf(taken.on)}.sub(${rate}.mul(turned).mul(size));`,
        '}',
      ].join('\n'),
    );
    source.addAtEnd(ORTHOGONALISED.trimStart());
    source.need('matmul');
    source.needType('Tensor');
    return {
      title: 'Muon for the matrices of layers',
      hypothesis:
        'Muon makes each step of a matrix nearly orthogonal with 5 Newton-Schulz steps, so that it moves in all directions equally instead of mostly in the few that dominate the gradient. It holds speed records on small GPTs.',
    };
  }),

  optimizerEdit(
    'average-weights',
    'optimizer',
    'Judge an average of the weights',
    (source, random) => {
      const present = source.constant('averaging');
      if (present) return null;
      const anatomy = anatomyOf(source);
      const states = anatomy && stateObjects(source, anatomy);
      const next = anatomy && newParams(source, anatomy.update);
      if (!anatomy || !states || !next || source.functionNamed('averaged')) return null;
      const share = random.pick([0.9, 0.97, 0.99])!;
      const begins = source.functionNamed('state')?.params[0];
      if (!isName(begins)) return null;
      source.addProperty(states.begun, `average: ${begins.name}`);
      source.addProperty(states.next, 'average');
      source.insertBefore(
        source.around(states.returned, 'ReturnStatement')!,
        [
          `const average = map(${next}, (p, name) =>`,
          `  ${anatomy.names.state}.average[name].mul(averaging).add(p.mul(1 - averaging)),`,
          ');',
        ].join('\n'),
      );
      addConstant(source, 'averaging', share);
      source.addAtEnd(
        [
          '/** The weights to judge: a running average of those of the last steps. */',
          'export function averaged(params: Params, state: State): Params {',
          '  return state.average;',
          '}',
        ].join('\n'),
      );
      source.need('map');
      source.needType('Params', 'State');
      return {
        title: `judge an average of the weights that keeps ${share}`,
        hypothesis: `Weights jitter around a good place. Judging their running average, with ${share} of it kept at each step, lands nearer the middle than the last step does.`,
      };
    },
  ),

  optimizerEdit('remove-averaging', 'optimizer', 'Judge the last weights', (source) => {
    const anatomy = anatomyOf(source);
    const states = anatomy && stateObjects(source, anatomy);
    const averaged = source.functionNamed('averaged');
    const share = source.constant('averaging')?.value;
    if (!states || !averaged || share === undefined) return null;
    for (const { properties } of [states.begun, states.next]) {
      const kept = properties.find((p) => p.type === 'ObjectProperty' && isName(p.key, 'average'));
      if (!kept) return null;
      source.removeItem(kept, properties);
    }
    source.removeDeclaration(source.parent(averaged)!);
    return {
      title: 'judge the last weights, not their average',
      hypothesis: `Once the learning rate has fallen to almost 0 the weights hardly jitter, so the average that keeps ${share} at each step adds nothing, and the code is shorter.`,
    };
  }),
];

/** The rate that a step is multiplied by: the base of `lr.mul(...)` and of what follows it. */
function rateIn(source: Source, node: Parameters<typeof asMethod>[0]): string | null {
  let at = node;
  while (at?.type === 'CallExpression' && at.callee.type === 'MemberExpression') {
    const { object } = at.callee;
    if (isName(object) && asMethod(at, 'mul')) return object.name;
    at = object;
  }
  return isCall(at) ? null : at ? source.textOf(at) : null;
}

/** The variable returned as `params`. */
function newParams(source: Source, update: Parameters<Source['all']>[1]): string | null {
  const property = source
    .all('ObjectProperty', update)
    .find((p) => isName(p.key, 'params') && isName(p.value));
  return property && isName(property.value) ? property.value.name : null;
}
