import { foldStudy, incumbentOf } from '../history/fold';
import { chanceOf } from '../loop/seeds';
import type { History, Study, StudyEvent } from '../study';

export interface BranchOptions {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * The most events, up to a position, after which nothing was half done: no trial in flight, and a verdict for
 * every experiment that had a trial. At least 1, the creation of the study.
 */
export function settledAt(events: readonly StudyEvent[], position: number): number {
  const undecided = new Set<string>();
  const decided = new Set<string>();
  let flying: string | null = null;
  let settled = 1;
  events.slice(0, position).forEach((event, i) => {
    if (event.type === 'trial-started') {
      flying = event.trial;
      if (!decided.has(event.experiment)) undecided.add(event.experiment);
    } else if (event.type === 'trial-ended') {
      if (flying === event.trial) flying = null;
    } else if (event.type === 'verdict') {
      decided.add(event.experiment);
      undecided.delete(event.experiment);
    }
    if (flying === null && undecided.size === 0) settled = i + 1;
  });
  return settled;
}

/**
 * The log of a study that goes on from a position of another one, on the same device: what was settled there
 * by then, under a name of its own. It keeps the seeds of the other, so that what it took over may be
 * compared with what comes. Follow-ups are not taken over: they are about the study as it ended.
 */
export function copyBranch(
  events: readonly StudyEvent[],
  position: number,
  { id, at }: BranchOptions,
): StudyEvent[] {
  const [created, ...rest] = events.slice(0, settledAt(events, position));
  if (created?.type !== 'study-created') throw new Error('a log begins with its creation');
  const copied = rest.filter(({ type }) => !type.startsWith('follow-up'));
  const origin = foldStudy([created, ...copied]);
  return [
    { ...created, study: id, at, origin: { ...originOf(origin), seeds: chanceOf(origin) } },
    ...copied,
  ];
}

/**
 * The log of a study that begins with the program which was the best of another one at a position: for a
 * recording, or another device, whose scores mean nothing here. A note says where the program came from.
 */
export function programBranch(
  events: readonly StudyEvent[],
  position: number,
  { id, at, device, taskId }: BranchOptions & { readonly device: string; readonly taskId: string },
): StudyEvent[] {
  const study = foldStudy(events.slice(0, Math.max(1, position)));
  const best = incumbentOf(study);
  const created: StudyEvent = {
    type: 'study-created',
    at,
    study: id,
    task: study.task,
    taskId,
    device,
    baseline: best?.program ?? study.baseline,
    ...(study.brief === '' ? {} : { brief: study.brief }),
    origin: originOf(study),
  };
  const text = `${whence(study)} Scores of different machines and devices are not compared, so its baseline is measured here anew.`;
  return [created, { type: 'insight', at, text, experiments: [], author: 'replay' }];
}

/** Writes a log into a history, whole or not at all. */
export async function writeLog(history: History, events: readonly StudyEvent[]): Promise<void> {
  const [created] = events;
  if (created?.type !== 'study-created') throw new Error('a log begins with its creation');
  try {
    for (const [i, event] of events.entries()) await history.append(created.study, event, i);
  } catch (error) {
    await history.remove(created.study).catch(() => {});
    throw error;
  }
}

function originOf({ id, device, incumbent }: Study) {
  return { study: id, device, experiment: incumbent };
}

function whence(study: Study): string {
  const best = incumbentOf(study);
  const when = new Date(study.createdAt).toISOString().slice(0, 10);
  const where = `study ${study.id}, begun on ${when} on ${study.device}`;
  return best && best.number > 0
    ? `This study begins with the program of experiment ${best.number} (${best.title}), the best then of ${where}.`
    : `This study begins with the program that ${where}, began with.`;
}
