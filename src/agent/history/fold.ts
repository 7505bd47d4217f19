import { foldFollowUps } from '../followups/fold';
import { eraOf } from '../loop/eras';
import type { Experiment, Study, StudyEvent } from '../study';
import { HistoryError } from './errors';

/**
 * The study that a log tells of. Pure, and any beginning of a log is a log: one that was cut after a
 * `trial-started` has that trial in flight, one cut after a proposal has an experiment without verdict.
 * Throws HistoryError when the log does not begin with `study-created` or names what it never introduced.
 */
export function foldStudy(events: readonly StudyEvent[]): Study {
  const study = events.reduce<Study | null>(applyEvent, null);
  if (!study) throw new HistoryError('the log is empty: there is no such study');
  return study;
}

/** One step of the fold: the study after one more event. */
export function applyEvent(study: Study | null, event: StudyEvent): Study {
  if (event.type === 'study-created') {
    if (study) throw new HistoryError(`study ${study.id} is created a second time in its own log`);
    return {
      id: event.study,
      task: event.task,
      taskId: event.taskId,
      device: event.device,
      createdAt: event.at,
      ...(event.origin && { origin: event.origin }),
      baseline: event.baseline,
      experiments: [],
      incumbent: null,
      inFlight: null,
      refusals: [],
      brief: event.brief ?? '',
      insights: [],
      followUps: [],
      status: 'running',
      ending: null,
    };
  }
  if (!study) throw new HistoryError(`a log must begin with study-created, not ${event.type}`);
  switch (event.type) {
    case 'experiment-proposed':
      return { ...running(study), experiments: withProposal(study, event), refusals: [] };
    case 'proposal-refused': {
      const refusal = { proposal: event.proposal, reason: event.reason };
      return { ...running(study), refusals: [...study.refusals, refusal] };
    }
    case 'trial-started': {
      const { experiment, trial, seed } = event;
      experimentNamed(study, experiment);
      return { ...running(study), inFlight: { experiment, trial, seed } };
    }
    case 'trial-ended':
      return {
        ...running(study),
        experiments: withExperiment(study, event.experiment, (e) =>
          withTrial(e, event, eraOf(study)),
        ),
        inFlight: study.inFlight?.trial === event.trial ? null : study.inFlight,
      };
    case 'recalibrated': {
      const { type: _, at: __, ...recalibration } = event;
      const recalibrations = [...(study.recalibrations ?? []), recalibration];
      return { ...running(study), recalibrations };
    }
    case 'verdict':
      return {
        ...running(study),
        experiments: withExperiment(study, event.experiment, (e) => ({
          ...e,
          verdict: event.verdict,
          endedAt: event.at,
        })),
        incumbent: event.verdict.decision === 'keep' ? event.experiment : study.incumbent,
      };
    case 'insight': {
      const { text, experiments, author } = event;
      for (const id of experiments) experimentNamed(study, id);
      return { ...study, insights: [...study.insights, { text, experiments, author }] };
    }
    case 'brief-set':
      return { ...study, brief: event.text };
    case 'directions-set':
      return { ...study, directions: event.directions };
    case 'researcher-failed':
    case 'study-resumed':
      return running(study);
    case 'study-stopped':
      return { ...study, status: 'stopped', ending: event.reason };
    case 'study-finished':
      return { ...study, status: 'finished', ending: event.reason };
    case 'follow-up-started':
    case 'follow-up-trial-ended':
    case 'follow-up-paused':
    case 'follow-up-ended':
      return { ...study, followUps: foldFollowUps(study.followUps, event) };
  }
}

/** The experiment of that id. Throws HistoryError when the study has none. */
export function experimentNamed(study: Study, id: string): Experiment {
  const experiment = study.experiments.find((e) => e.id === id);
  if (!experiment) {
    throw new HistoryError(`study ${study.id} has no experiment ${id}: it was never proposed`);
  }
  return experiment;
}

/** The best experiment so far, or null before the baseline has a score. */
export function incumbentOf(study: Study): Experiment | null {
  return study.incumbent === null ? null : experimentNamed(study, study.incumbent);
}

function running(study: Study): Study {
  return study.status === 'running' ? study : { ...study, status: 'running', ending: null };
}

function withProposal(
  study: Study,
  event: StudyEvent & { type: 'experiment-proposed' },
): Experiment[] {
  if (study.experiments.some((e) => e.id === event.experiment)) {
    throw new HistoryError(`experiment ${event.experiment} is proposed a second time`);
  }
  const experiment: Experiment = {
    ...event.proposal,
    ...(event.graphHash === undefined ? {} : { graphHash: event.graphHash }),
    id: event.experiment,
    number: study.experiments.length,
    trials: [],
    verdict: null,
    startedAt: event.at,
    endedAt: null,
  };
  return [...study.experiments, experiment];
}

/** Two tabs on one study may both finish a trial; the first result stands. */
function withTrial(
  experiment: Experiment,
  { trial: id, seed, result }: StudyEvent & { type: 'trial-ended' },
  era: number,
): Experiment {
  if (experiment.trials.some((trial) => trial.id === id)) return experiment;
  const trial = { id, seed, result, ...(era > 0 ? { era } : {}) };
  return { ...experiment, trials: [...experiment.trials, trial] };
}

function withExperiment(
  study: Study,
  id: string,
  change: (experiment: Experiment) => Experiment,
): Experiment[] {
  const target = experimentNamed(study, id);
  return study.experiments.map((e) => (e === target ? change(e) : e));
}
