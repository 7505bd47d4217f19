import { optimizerEdit } from '../edit';
import { isName } from '../syntax/nodes';
import { anatomyOf, directionOf, stepOf } from './adam';
import { addConstant, changeTo, scaleBy } from './numbers';
import { betaOf, epsilonOf, learningRateOf } from './roles';

/** The plain numbers of an optimizer. */
export const RATES = [
  optimizerEdit('learning-rate', 'optimizer', 'Larger or smaller steps', (source, random) => {
    const rate = learningRateOf(source);
    const change = scaleBy(source, rate, [0.3, 0.5, 0.7, 1.4, 2, 3], random, [1e-6, 1]);
    return (
      change && {
        title: `learning rate ${change.from} → ${change.to}`,
        hypothesis: change.up
          ? `Raising the learning rate from ${change.from} to ${change.to} covers more ground in a short budget, as long as the steps do not overshoot.`
          : `Lowering the learning rate from ${change.from} to ${change.to} lets the weights settle closer to a minimum, if the steps were overshooting.`,
      }
    );
  }),

  optimizerEdit('beta1', 'optimizer', 'Longer or shorter momentum', (source, random) => {
    const change = changeTo(source, betaOf(source, false), [0.7, 0.8, 0.85, 0.9, 0.95], random, {
      low: 0.5,
      high: 0.995,
    });
    if (!change) return null;
    const steps = (beta: string) => Math.round(1 / (1 - Number(beta)));
    return {
      title: `beta1 ${change.from} → ${change.to}`,
      hypothesis: `beta1 from ${change.from} to ${change.to} averages the gradient over about ${steps(change.to)} steps instead of ${steps(change.from)}: ${change.up ? 'a steadier direction from noisy batches' : 'a direction that follows the newest batches sooner'}.`,
    };
  }),

  optimizerEdit(
    'beta2',
    'optimizer',
    "Longer or shorter memory of gradients' size",
    (source, random) => {
      const choices = [0.9, 0.95, 0.98, 0.99, 0.999];
      const change = changeTo(source, betaOf(source, true), choices, random, { high: 0.9999 });
      if (!change) return null;
      const steps = (beta: string) => Math.round(1 / (1 - Number(beta)));
      return {
        title: `beta2 ${change.from} → ${change.to}`,
        hypothesis: `beta2 from ${change.from} to ${change.to} judges each weight's usual gradient size over about ${steps(change.to)} steps instead of ${steps(change.from)}, so step sizes ${change.up ? 'jump about less' : 'adapt sooner as gradients shrink in training'}.`,
      };
    },
  ),

  optimizerEdit(
    'epsilon',
    'optimizer',
    'What keeps Adam from dividing by nothing',
    (source, random) => {
      const change = changeTo(source, epsilonOf(source), [1e-10, 1e-8, 1e-6, 1e-5], random);
      return (
        change && {
          title: `epsilon ${change.from} → ${change.to}`,
          hypothesis: `Moving epsilon from ${change.from} to ${change.to} ${change.up ? 'calms the steps of weights whose gradients are tiny, which are mostly noise' : 'lets weights with tiny gradients take steps as large as all others'}.`,
        }
      );
    },
  ),

  optimizerEdit('table-rate', 'optimizer', 'Tables at a pace of their own', (source, random) => {
    const present = source.constant('tableRate');
    if (present) {
      const change = scaleBy(source, present, [0.5, 2], random, [0.05, 20]);
      return (
        change && {
          title: `rate of tables ${change.from} → ${change.to} times`,
          hypothesis: `Embedding and head at ${change.to} times the learning rate instead of ${change.from}: ${change.up ? 'rare tokens, whose rows hardly ever move, catch up' : 'frequent tokens, whose rows move at every step, settle'}.`,
        }
      );
    }
    const anatomy = anatomyOf(source);
    const step = anatomy && stepOf(source, anatomy);
    const direction = step && directionOf(source, step);
    const statement = direction && source.statementOf(direction.whole);
    if (!step || !direction || !statement || !isName(direction.rate) || source.mentions('own')) {
      return null;
    }
    const times = random.pick([0.3, 0.5, 2, 3])!;
    const rate = direction.rate.name;
    source.replace(direction.rate, 'own');
    source.insertBefore(
      statement,
      `const own = /\\d/.test(${step.index}) ? ${rate} : ${rate}.mul(tableRate); // layers have numbers`,
    );
    addConstant(source, 'tableRate', times);
    return {
      title: `tables at ${times} times the learning rate`,
      hypothesis: `A row of the embedding or the head is moved by few tokens, a matrix of a layer by all of them; at ${times} times the learning rate the tables learn at their own pace.`,
    };
  }),
];
