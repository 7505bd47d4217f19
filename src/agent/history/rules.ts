import type { StudyEvent } from '../study';
import { HistoryError } from './errors';

/** The name of a study is part of a file's name. */
export function checkName(study: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(study)) {
    throw new HistoryError(
      `"${study.slice(0, 120)}" cannot name a study: use up to 100 letters, digits, - and _`,
    );
  }
}

/**
 * What every history enforces before it appends to a log of `length` events: a log begins with
 * `study-created`, of its own id, and only there; and nobody else has appended in the meantime.
 */
export function checkAppend(
  study: string,
  length: number,
  event: StudyEvent,
  position = length,
): void {
  checkName(study);
  const empty = length === 0;
  if (empty !== (event.type === 'study-created')) {
    throw new HistoryError(
      empty
        ? `study ${study} does not exist: its first event must be study-created, not ${event.type}`
        : `study ${study} exists already and cannot be created again`,
    );
  }
  if (event.type === 'study-created' && event.study !== study) {
    throw new HistoryError(`the log of ${study} cannot begin with the creation of ${event.study}`);
  }
  if (position !== length) {
    throw new HistoryError(
      `study ${study} was continued elsewhere, in another tab perhaps: its log has ${length} events, not ${position}; stop one of the two`,
    );
  }
}

/** One line of the list of studies. */
export interface StudyEntry {
  readonly id: string;
  readonly createdAt: number;
  /** The task's name. */
  readonly task: string;
}

export function entryOf(event: StudyEvent & { type: 'study-created' }): StudyEntry {
  return { id: event.study, createdAt: event.at, task: event.task.name };
}

/** Newest first; studies of one instant in the order of their ids. */
export function newestFirst(entries: readonly StudyEntry[]): StudyEntry[] {
  return [...entries].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
}
