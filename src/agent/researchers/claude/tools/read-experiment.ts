import { fenced, oneLine } from '../../../document/fence';
import { patchOf } from '../../../program-diff';
import { summariesOf } from '../../../scores';
import type { Experiment } from '../../../study';
import { object, text } from '../schema';
import { showProgram } from './files';
import { refused, said, type Tool } from './tool';

export const readExperiment: Tool<{ experiment: string }> = {
  name: 'read_experiment',
  description:
    'One experiment in full: its verdict and evidence, its trials, its program, and what it changed.',
  input: object<{ experiment: string }>({ experiment: text('Number of the experiment.', 20) }),
  run({ experiment }, { study }) {
    const found = study.experiments.find(
      ({ number }) => String(number) === experiment.replace(/^#/, ''),
    );
    if (!found)
      return refused(
        `There is no experiment of that number; the last one is #${study.experiments.length - 1}.`,
      );
    const parent = study.experiments.find(({ id }) => id === found.parent);
    const change = parent ? patchOf(parent.program, found.program) : '';
    return said(
      [
        `Experiment #${found.number}, an edit of #${parent?.number ?? '-'}: ${found.verdict?.decision ?? 'not decided'}.`,
        fenced('experiment', linesOf(found).join('\n')),
        change === '' ? '' : fenced('change', change),
        showProgram(found.program),
      ]
        .filter((part) => part !== '')
        .join('\n\n'),
    );
  },
};

function linesOf(experiment: Experiment): string[] {
  const { title, hypothesis, verdict, trials } = experiment;
  const summary = summariesOf(experiment)[0];
  return [
    `title: ${oneLine(title)}`,
    `hypothesis: ${oneLine(hypothesis, 1000)}`,
    `verdict: ${oneLine(verdict?.reason ?? 'none yet', 2000)}`,
    ...trials.map(({ seed, result }) =>
      result.status === 'finished'
        ? `seed ${seed}: val_bpb ${result.summary.valBpb.toFixed(4)} after ${result.summary.steps} steps`
        : `seed ${seed}: ${result.status}: ${oneLine(result.status === 'crashed' ? result.crash.message : result.reason, 500)}`,
    ),
    ...(summary
      ? [
          `parameters: ${summary.parameters}; FLOPs for a token: ${Math.round(summary.flopsPerToken)}; launches of a step: ${summary.launchesPerStep}`,
        ]
      : []),
  ];
}
