import { fenced } from '../../../document/fence';
import { resultsTsv } from '../../../results';
import { object, whole } from '../schema';
import { refused, said, type Tool } from './tool';

export const readHistory: Tool<{ from: number; count: number }> = {
  name: 'read_history',
  description:
    'Rows of the table of all experiments: score, verdict, evidence, sizes, speed, hypothesis. The document has them in short; use this for what it left out.',
  input: object<{ from: number; count: number }>({
    from: whole('Number of the first experiment.', 0, 1_000_000),
    count: whole('How many.', 1, 100),
  }),
  run({ from, count }, { study }) {
    const experiments = study.experiments.filter(
      ({ number }) => number >= from && number < from + count,
    );
    if (experiments.length === 0)
      return refused(
        `There is no experiment from #${from} on; the last one is #${study.experiments.length - 1}.`,
      );
    return said(fenced('history', resultsTsv({ ...study, experiments })));
  },
};
