import type { Experiment, Study } from '../../agent/study';
import { arrows, formatDifference } from '../format';
import {
  experimentById,
  focusOf,
  isAtWork,
  markOf,
  openExperiment,
  seedNumber,
} from '../lab/experiments';
import type { LiveTrial } from '../lab/lab';
import { MarkBadge } from '../parts/mark';
import { ProgressBar } from '../parts/progress-bar';
import { useLab, useLabState } from '../use-lab';
import './focus-pane.css';
import { LossPane } from './loss-pane';
import { PreparingHeader } from './preparing-header';
import { SamplePane } from './sample-pane';
import { TrialStats } from './trial-stats';

/** One experiment at a time: the one under way, or the one that was picked. */
export function FocusPane() {
  const study = useLabState((snapshot) => snapshot.study);
  const facts = useLabState((snapshot) => snapshot.facts);
  const experiment = useLabState(focusOf);
  const running = useLabState((snapshot) => snapshot.live);
  const live = running && belongs(running, experiment, study) ? running : null;

  return (
    <section className="focus-pane" aria-label="The trial">
      {study && experiment ? (
        <FocusHeader study={study} experiment={experiment} live={live} />
      ) : (
        <PreparingHeader />
      )}
      {experiment && <TrialStats live={live} experiment={experiment} />}
      {facts && (
        <div className="focus-views">
          {study && <LossPane study={study} facts={facts} experiment={experiment} live={live} />}
          <SamplePane facts={facts} experiment={experiment} live={live} />
        </div>
      )}
    </section>
  );
}

/**
 * Whether a live trial is run for this experiment: its own, or one of the incumbent on a seed that the
 * two are to be compared on.
 */
function belongs(live: LiveTrial, experiment: Experiment | null, study: Study | null): boolean {
  return live.experiment === experiment?.id || experiment?.id === openExperiment(study)?.id;
}

interface HeaderProps {
  readonly study: Study;
  readonly experiment: Experiment;
  readonly live: LiveTrial | null;
}

function FocusHeader({ study, experiment, live }: HeaderProps) {
  const lab = useLab();
  const selected = useLabState((snapshot) => snapshot.selected);
  const running = useLabState(isAtWork);
  const replaying = useLabState((snapshot) => snapshot.replay !== null);
  const preparation = useLabState((snapshot) => snapshot.preparation);
  const mean = experiment.verdict?.evidence.mean ?? null;
  return (
    <header className="focus-header">
      <p className="focus-kicker caption">
        <span className="number">Experiment {experiment.number}</span>
        <MarkBadge mark={markOf(experiment, running)} />
        {mean !== null && <span className="number">{formatDifference(mean)} bits per byte</span>}
        {selected && running && (
          <button type="button" className="button quiet" onClick={() => lab.select(null)}>
            {replaying ? 'Back to the replay' : 'Back to the live trial'}
          </button>
        )}
      </p>
      <h2 className="focus-title">{arrows(experiment.title)}</h2>
      {experiment.hypothesis !== experiment.title && (
        <p className="focus-hypothesis sentence">{experiment.hypothesis}</p>
      )}
      {live ? (
        <ProgressBar
          label="Budget used"
          value={live.progress}
          text={stageText(live, experiment, study)}
        />
      ) : preparation ? (
        <ProgressBar
          label="Preparation"
          value={preparation.progress}
          text={preparation.message.toLowerCase()}
        />
      ) : (
        experiment.verdict && <p className="focus-reason sentence">{experiment.verdict.reason}</p>
      )}
    </header>
  );
}

function stageText(live: LiveTrial, experiment: Experiment, study: Study): string {
  const rival = experimentById(study, live.experiment);
  const whose =
    rival && rival.id !== experiment.id
      ? `experiment ${rival.number}, the one to beat, on the same seed: `
      : '';
  switch (live.stage) {
    case 'waiting':
      return 'waiting until this tab can be seen';
    case 'training':
      return `${whose}training, ${Math.round(live.progress * 100)}% of the budget, seed ${seedNumber(study, live.seed)}`;
    case 'evaluating':
      return `${whose}scoring the validation text`;
    default:
      return `${whose}${live.stage}`;
  }
}
