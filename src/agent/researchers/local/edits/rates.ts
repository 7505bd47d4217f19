import { optimizerEdit } from '../edit';
import { changeTo, scaleBy } from './numbers';

/** The plain numbers of an optimizer. */
export const RATES = [
  optimizerEdit('learning-rate', 'optimizer', 'Larger or smaller steps', (source, random) => {
    const rate = source.constant('learningRate');
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
    const change = changeTo(source, source.constant('beta1'), [0.7, 0.8, 0.85, 0.9, 0.95], random, {
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
      const change = changeTo(source, source.constant('beta2'), choices, random, { high: 0.9999 });
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
      const change = changeTo(
        source,
        source.constant('epsilon'),
        [1e-10, 1e-8, 1e-6, 1e-5],
        random,
      );
      return (
        change && {
          title: `epsilon ${change.from} → ${change.to}`,
          hypothesis: `Moving epsilon from ${change.from} to ${change.to} ${change.up ? 'calms the steps of weights whose gradients are tiny, which are mostly noise' : 'lets weights with tiny gradients take steps as large as all others'}.`,
        }
      );
    },
  ),
];
