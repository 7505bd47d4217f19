import type { History, Study, StudyEvent } from '../study';
import { HistoryError } from './errors';
import { foldStudy } from './fold';
import { studyEvent } from './format/event';
import { exactly, list, oneOf, record } from './format/readers';
import { completeLines, looksLikeLog, parseLine } from './lines';

/** A study as a file: its whole log, from which everything else is folded again. */
export interface StudyFile {
  readonly format: 'loopy-study';
  readonly version: '1';
  readonly events: readonly StudyEvent[];
}

const MOST_EVENTS = 100_000;

const studyFile = record<StudyFile>({
  format: exactly('loopy-study'),
  version: oneOf('1'),
  events: list(studyEvent, MOST_EVENTS),
});

/** A study as JSON text, to keep as a file or to send. Throws HistoryError when there is no such study. */
export async function exportStudy(history: History, study: string): Promise<string> {
  const events = await history.events(study);
  foldStudy(events);
  const file: StudyFile = { format: 'loopy-study', version: '1', events };
  return JSON.stringify(file);
}

/**
 * Reads what `exportStudy` wrote, or a log as the terminal keeps it, with an event on each line. Throws
 * HistoryError that says what is malformed, and where.
 */
export function parseStudy(text: string): { study: Study; events: readonly StudyEvent[] } {
  const events = looksLikeLog(text)
    ? completeLines(text).map((line, i) => parseLine('the log', line, i))
    : studyFile(parsed(text), 'study').events;
  if (events.length > MOST_EVENTS) {
    throw new HistoryError(`the log has ${events.length} events; ${MOST_EVENTS} are allowed`);
  }
  return { study: foldStudy(events), events };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HistoryError(`this is not a study: it is not JSON (${(error as Error).message})`, {
      cause: error,
    });
  }
}

/**
 * Adds an exported study to a history and returns it. A study of that id that is already there is never
 * touched: HistoryError.
 */
export async function importStudy(history: History, json: string): Promise<Study> {
  const { study, events } = parseStudy(json);
  if ((await history.events(study.id)).length > 0) {
    throw new HistoryError(`study ${study.id} is already in the history; remove it first`);
  }
  try {
    for (const event of events) await history.append(study.id, event);
  } catch (error) {
    await history.remove(study.id).catch(() => {});
    throw error;
  }
  return study;
}
