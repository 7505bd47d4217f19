import { thinCurve } from '../../model/harness/thin-curve';
import type { LossPoint } from '../../model/harness/trial';
import { incumbentOf } from '../history/fold';
import { patchOf } from '../program-diff';
import { summariesOf } from '../scores';
import type { Experiment, Study } from '../study';
import { fenced } from './fence';
import { type Section, titled } from './section';
import { lastDecided } from './standing';

/** What the experiment that was decided last had changed. */
export function changeSection(study: Study): Section {
  const last = lastDecided(study);
  const parent = study.experiments.find(({ id }) => id === last?.parent);
  const text =
    last && parent
      ? titled(
          'What the last experiment changed',
          fenced('change', patchOf(parent.program, last.program)),
        )
      : '';
  return { id: 'last change', name: 'what the last experiment changed', versions: [text, ''] };
}

const MOST_POINTS = 12;

/** Loss curves, thinned: the incumbent's and those of the experiments that were run last. */
export function curvesSection(study: Study): Section {
  const incumbent = incumbentOf(study);
  const newest = study.experiments.slice(-4).reverse();
  const both = [...(incumbent ? [incumbent] : []), ...newest.filter((e) => e !== incumbent)];
  const text = (experiments: readonly Experiment[]) => {
    const lines = experiments.flatMap(curveOf);
    return lines.length === 0
      ? ''
      : titled(
          'Loss curves',
          'Training loss in nats per token as `step:loss`, averaged over stretches of the trial on the first seed.',
          fenced('curves', lines.join('\n')),
        );
  };
  const versions = [text(both), text(incumbent ? [incumbent] : []), ''];
  return { id: 'curves', name: 'the loss curves', versions };
}

function curveOf(experiment: Experiment): string[] {
  const first = experiment.trials.find(({ result }) => result.status !== 'void');
  if (!first || first.result.status === 'void') return [];
  const { result } = first;
  const curve = result.status === 'finished' ? result.summary.curve : result.curve;
  if (curve.length === 0) return [];
  const name =
    result.status === 'crashed' ? `#${experiment.number}, crashed` : `#${experiment.number}`;
  return [`${name}: ${thinCurve(curve, MOST_POINTS).map(pointOf).join(' ')}`];
}

function pointOf({ step, loss }: LossPoint): string {
  return `${step}:${Number.isFinite(loss) ? loss.toFixed(3) : 'no number'}`;
}

const SAMPLE_CHARACTERS = 600;

/** What the incumbent writes: a score does not show in what way a model is wrong. */
export function samplesSection(study: Study): Section {
  const incumbent = incumbentOf(study);
  const sample = incumbent && summariesOf(incumbent)[0]?.samples.at(-1);
  const text = sample
    ? titled(
        'A sample of the incumbent',
        fenced('sample', [...sample].slice(0, SAMPLE_CHARACTERS).join('')),
      )
    : '';
  return { id: 'samples', name: 'the sample', versions: [text, ''] };
}
