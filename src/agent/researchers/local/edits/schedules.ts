import type { Node } from '@babel/types';
import { optimizerEdit } from '../edit';
import { asMethod, descend, isName } from '../syntax/nodes';
import type { Source } from '../syntax/source';
import { anatomyOf } from './adam';
import { addConstant, changeTo } from './numbers';
import { isProgress, rateVariable, shareOf } from './roles';

/** A way down for the learning rate, from 1 to 0 as progress `p` goes from 0 to 1. */
interface Shape {
  readonly name: string;
  readonly words: string;
  /** Its text in a program. The first one is how it is written anew. */
  readonly texts: readonly ((p: string, decay: string) => string)[];
  /** Whether it is flat until the last `decay` of the budget. */
  readonly plateau?: true;
}

const SHAPES: readonly Shape[] = [
  {
    name: 'cosine',
    words: 'slowly at first, fast in the middle, and slowly again at the end',
    texts: [(p) => `${p}.mul(Math.PI).cos().add(1).div(2)`],
  },
  {
    name: 'plateau, then straight down',
    words: 'not at all until the last part of the budget, and then in a straight line',
    texts: [
      (p, decay) => `minimum(scalar(1).sub(${p}).div(${decay}), 1)`,
      (p, decay) => `scalar(1).sub(${p}).div(${decay})`,
    ],
    plateau: true,
  },
  {
    name: 'plateau, then 1 - sqrt',
    words:
      'not at all until the last part of the budget, then fast at first and ever slower (Hägele et al., 2024)',
    texts: [(p, decay) => `scalar(1).sub(maximum(${p}.sub(1 - ${decay}), 0).div(${decay}).sqrt())`],
    plateau: true,
  },
  {
    name: 'straight line',
    words: 'in a straight line through the whole budget',
    texts: [(p) => `scalar(1).sub(${p})`],
  },
];

/** How the learning rate moves through the budget. */
export const SCHEDULES = [
  optimizerEdit(
    'decay-shape',
    'schedule',
    'Another way down for the learning rate',
    (source, random) => {
      const present = presentShape(source);
      if (!present) return null;
      const shape = random.pick(SHAPES.filter((other) => other !== present.shape))!;
      const known = shareOf(source, 'down');
      source.replace(present.node, shape.texts[0]!(present.progress, known?.text ?? 'decay'));
      const share = known?.value ?? 0.5;
      if (shape.plateau && !known) {
        addConstant(source, 'decay', share, 'share of the budget');
      }
      source.need('scalar', 'minimum', 'maximum');
      const flat = shape.plateau ? ` The last part is ${share} of it.` : '';
      return {
        title: `learning rate decay: ${shape.name}`,
        hypothesis: `From 100% to 0%, the learning rate falls ${shape.words}, instead of ${present.shape.words}.${flat} When it falls decides how much time is spent exploring and how much settling.`,
      };
    },
  ),

  optimizerEdit(
    'decay-share',
    'schedule',
    'An earlier or later end of the plateau',
    (source, random) => {
      const change = changeTo(source, shareOf(source, 'down'), [0.2, 0.35, 0.5, 0.7, 1], random);
      return (
        change && {
          title: `decay over the last ${change.from} → ${change.to}`,
          hypothesis: `Letting the learning rate fall over the last ${change.to} of the budget instead of ${change.from} leaves ${change.up ? 'more time to settle' : 'more time at full speed'}.`,
        }
      );
    },
  ),

  optimizerEdit('warm-up', 'schedule', 'A gentler or faster start', (source, random) => {
    const present = shareOf(source, 'up');
    if (present) {
      const change = changeTo(source, present, [0.01, 0.02, 0.05, 0.1, 0.2], random);
      return (
        change && {
          title: `warm-up ${change.from} → ${change.to}`,
          hypothesis: `Raising the learning rate over the first ${change.to} of the budget instead of ${change.from} ${change.up ? "gives Adam's averages longer to become reliable before large steps" : 'wastes less of the budget on small steps'}.`,
        }
      );
    }
    const anatomy = anatomyOf(source);
    const rate = anatomy && rateVariable(source, anatomy);
    if (!anatomy || !rate?.init) return null;
    const share = random.pick([0.02, 0.05, 0.1])!;
    if (source.mentions('rise')) return null;
    source.insertBefore(source.parent(rate)!, `const rise = ${riseText(anatomy.names.t)};`);
    source.append(rate.init, '.mul(rise)');
    addConstant(source, 'warmup', share, 'share of the budget');
    source.need('minimum');
    return {
      title: `warm-up over the first ${share}`,
      hypothesis: `Raising the learning rate from near 0 over the first ${share} of the budget keeps the first steps, whose averages are still mostly noise, from throwing the weights off.`,
    };
  }),

  optimizerEdit('remove-warm-up', 'schedule', 'Full speed from the first step', (source) => {
    const present = shareOf(source, 'up');
    const anatomy = anatomyOf(source);
    const rate = anatomy && rateVariable(source, anatomy);
    const product = asMethod(rate?.init, 'mul');
    if (!present || !product || !isName(product.args[0], 'rise')) return null;
    source.unwrap(product.call, product.on);
    return {
      title: `no warm-up (was ${present.value})`,
      hypothesis: `Without a warm-up over the first ${present.value} of the budget, no time goes into small steps; a small model may not need it, and the code is shorter.`,
    };
  }),
];

/** From almost 0 to 1 over the first part of the budget. */
function riseText(t: string): string {
  return `minimum(${t}.progress.div(warmup).add(0.01), 1)`;
}

/** A name without the type that may follow where it is declared. */
function nameIn(source: Source, node: Node): string {
  return isName(node) ? node.name : source.textOf(node);
}

/** The shape that the program has now, where it is written, and what it calls the progress there. */
function presentShape(source: Source): { node: Node; shape: Shape; progress: string } | null {
  const nodes = [...descend(source.program)];
  const progresses = new Set(
    nodes.filter((node) => isProgress(source, node)).map((node) => nameIn(source, node)),
  );
  const calls = nodes.filter((node) => node.type === 'CallExpression');
  const decay = shareOf(source, 'down')?.text ?? 'decay';
  for (const shape of SHAPES) {
    for (const text of shape.texts) {
      for (const progress of progresses) {
        const node = calls.find((call) => source.says(call, text(progress, decay)));
        if (node) return { node, shape, progress };
      }
    }
  }
  return null;
}
