import { optimizerEdit } from '../edit';
import { isName } from '../syntax/nodes';
import { write } from '../syntax/source';
import { scaleBy } from './numbers';
import { learningRateOf } from './roles';

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
      const rate = learningRateOf(source);
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

  optimizerEdit('batch-phases', 'batch', 'Small batches first', (source, random) => {
    const batch = source.constant('batch');
    const until = random.pick([0.3, 0.5, 0.7])!;
    if (!batch || batch.value < 2 || batch.value % 2 !== 0 || source.mentions('phases'))
      return null;
    const first = write(batch.value / 2);
    const statement = source.statementOf(batch.node);
    if (!statement) return null;
    source.insertAfter(
      statement,
      `export const phases = [{ until: ${write(until)}, batch: ${first} }, { until: 1 }];`,
    );
    return {
      title: `batch ${first} for the first ${until}`,
      hypothesis: `Early on every batch points the same way, so the first ${until} of the budget takes more and rougher steps, with a batch of ${first}; later the noise of a gradient matters (Smith et al., 2018).`,
    };
  }),

  optimizerEdit('remove-phases', 'batch', 'One batch size throughout', (source) => {
    const phases = source.topDeclarations().find(({ id }) => isName(id, 'phases'));
    const statement = phases && source.statementOf(phases);
    if (!statement) return null;
    source.remove(statement);
    return {
      title: 'one batch size throughout',
      hypothesis:
        'With one batch size for the whole budget the program is shorter, and nothing changes halfway that the learning rate would have to follow.',
    };
  }),
];
