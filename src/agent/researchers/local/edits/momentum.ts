import type { Node } from '@babel/types';
import { optimizerEdit } from '../edit';
import { asMethod, descend, isName } from '../syntax/nodes';
import { type Source, write } from '../syntax/source';
import { anatomyOf, directionOf, type Moment, momentsOf, stateObjects, stepOf } from './adam';
import { learningRateOf } from './roles';

/** What the lab's Adam does with its averages, and other things to do with them. */
export const MOMENTUM = [
  optimizerEdit('nesterov', 'optimizer', 'Momentum that looks one step ahead', (source) => {
    const found = meanInUse(source);
    if (!found || found.ahead) return null;
    const { node, moment, index } = found;
    const { variable, beta, over } = moment;
    source.replace(node, aheadText(variable, beta, over, index));
    return {
      title: 'Nesterov momentum',
      hypothesis: `Moving by ${beta} of the averaged gradient plus 1 - ${beta} of the newest one (NAdam) looks one step ahead, and so turns sooner when the slope changes.`,
    };
  }),

  optimizerEdit('remove-nesterov', 'optimizer', 'Plain momentum again', (source) => {
    const found = meanInUse(source);
    if (!found?.ahead) return null;
    source.replace(found.ahead, source.textOf(found.node));
    return {
      title: 'plain momentum instead of Nesterov',
      hypothesis:
        'Without the look one step ahead the update is one term shorter, and may be as good.',
    };
  }),

  optimizerEdit('remove-bias-correction', 'optimizer', 'Averages as they are', (source) => {
    const anatomy = anatomyOf(source);
    const step = anatomy && stepOf(source, anatomy);
    if (!anatomy || !step) return null;
    const corrections = source.all('VariableDeclarator', anatomy.update).flatMap(({ id, init }) => {
      const power = asMethod(asMethod(init, 'sub')?.args[0], 'pow');
      return isName(id) && power ? id.name : [];
    });
    const divisions = [...descend(step.callback)].flatMap((node) => {
      const division = asMethod(node, 'div');
      return division?.args.some((arg) => isName(arg) && corrections.includes(arg.name))
        ? division
        : [];
    });
    if (divisions.length === 0) return null;
    for (const { call, on } of divisions) {
      const named = source.parent(call);
      if (named?.type !== 'VariableDeclarator' || !isName(named.id)) source.unwrap(call, on);
      else source.replaceUses(named.id, source.textOf(on), step.callback);
    }
    return {
      title: 'no bias correction',
      hypothesis: `Adam's averages begin at 0 and are corrected for it in ${divisions.length} places; without that the first steps have another size, which matters little after 1 / (1 - beta) of them, and the code is shorter.`,
    };
  }),

  optimizerEdit('lion', 'optimizer', 'Steps by sign alone (Lion)', (source) => {
    const anatomy = anatomyOf(source);
    const step = anatomy && stepOf(source, anatomy);
    const direction = step && directionOf(source, step);
    const states = anatomy && stateObjects(source, anatomy);
    const learningRate = learningRateOf(source);
    if (!anatomy || !step || !direction || !states || !learningRate) return null;
    const moments = momentsOf(source, anatomy);
    const mean = moments.find((moment) => !moment.squared);
    const size = moments.find((moment) => moment.squared);
    const usesSize = source
      .all('Identifier', step.callback)
      .some((id) => id.name === size?.variable);
    if (!mean || !size || !usesSize || source.mentions('memory')) return null;

    const { state } = anatomy.names;
    source.replace(
      source.parent(size.declarator)!,
      `const memory = map(${size.over}, (g, name) => ${state}.${mean.key}[name].mul(${size.beta}).add(g.mul(1 - ${size.beta})));`,
    );
    source.replace(
      direction.whole,
      `${source.textOf(direction.rate)}.mul(${mean.variable}[${step.index}].sign())`,
    );
    const rate = Number((learningRate.value * 0.3).toPrecision(2));
    source.setNumber(learningRate, rate);
    for (const object of [states.begun, states.next]) keep(source, object, mean.key, size.key);
    return {
      title: `Lion, learning rate ${write(learningRate.value)} → ${write(rate)}`,
      hypothesis: `Lion (Chen et al., 2023) moves every weight by the sign of its averaged gradient: all of them by the same ${write(rate)}, down from ${write(learningRate.value)} since no step is ever small. It keeps one average instead of two.`,
    };
  }),
];

/** Takes the average of squares out of an object of the state; the other one is now what `memory` holds. */
function keep(
  source: Source,
  object: Node & { type: 'ObjectExpression' },
  mean: string,
  size: string,
) {
  const named = (key: string) =>
    object.properties.find(
      (property) => property.type === 'ObjectProperty' && isName(property.key, key),
    );
  const [first, second] = [named(mean), named(size)];
  if (second) source.removeItem(second, object.properties);
  if (first?.type !== 'ObjectProperty' || !isName(first.value)) return;
  source.replace(first, `${mean}: memory`);
}

/** Where the step reads the averaged gradient, `m[name]`, and the look ahead around it if there is one. */
function meanInUse(
  source: Source,
): { node: Node; ahead: Node | null; moment: Moment; index: string } | null {
  const anatomy = anatomyOf(source);
  const step = anatomy && stepOf(source, anatomy);
  const moment = anatomy && momentsOf(source, anatomy).find(({ squared }) => !squared);
  if (!step || !moment) return null;
  const node = source
    .all('MemberExpression', step.callback)
    .find((member) => member.computed && isName(member.object, moment.variable));
  if (!node) return null;
  const text = aheadText(moment.variable, moment.beta, moment.over, step.index);
  const ahead = source.all('CallExpression', step.callback).find((call) => source.says(call, text));
  return { node, ahead: ahead ?? null, moment, index: step.index };
}

function aheadText(variable: string, beta: string, over: string, index: string): string {
  return `${variable}[${index}].mul(${beta}).add(${over}[${index}].mul(1 - ${beta}))`;
}
