import { optimizerEdit } from '../edit';
import { write } from '../syntax/source';
import { scaleBy } from './numbers';

const MOST = 256;

export const BATCH = [
  optimizerEdit('batch-size', 'batch', 'More or fewer sequences in a step', (source, random) => {
    const change = scaleBy(source, source.constant('batch'), [0.5, 2, 4], random, [1, MOST]);
    if (!change || !Number.isInteger(change.value)) return null;
    return {
      title: `batch ${change.from} → ${change.to}`,
      hypothesis: change.up
        ? `A batch of ${change.to} instead of ${change.from} gives a less noisy gradient, and keeps the device busier; each step costs more, so there are fewer of them.`
        : `A batch of ${change.to} instead of ${change.from} makes steps cheaper, so there are more of them: early in training many rough steps beat few exact ones.`,
    };
  }),

  optimizerEdit(
    'batch-with-rate',
    'batch',
    'Batch and learning rate together',
    (source, random) => {
      const rate = source.constant('learningRate');
      const batch = scaleBy(source, source.constant('batch'), [0.5, 2], random, [1, MOST]);
      if (!rate || !batch || !Number.isInteger(batch.value)) return null;
      const scaled = Number((rate.value * (batch.up ? Math.SQRT2 : Math.SQRT1_2)).toPrecision(2));
      source.setNumber(rate, scaled);
      const [from, to] = [write(rate.value), write(scaled)];
      return {
        title: `batch ${batch.from} → ${batch.to}, learning rate ${from} → ${to}`,
        hypothesis: `The noise of a gradient falls with the square root of the batch, so a batch of ${batch.to} instead of ${batch.from} should go with a learning rate of ${to} instead of ${from}.`,
      };
    },
  ),
];
