import type { StudyEvent } from '../study';
import { HistoryError } from './errors';
import { studyEvent } from './format/event';

/** The complete lines of a log's text: what follows the last line break was torn by a crash. */
export function completeLines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

/** The event on a line of a log. Throws HistoryError that names the log and the line. */
export function parseLine(log: string, line: string, index: number): StudyEvent {
  const where = `line ${index + 1} of ${log}`;
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    throw new HistoryError(`${where} is not JSON: was the file edited?`, { cause: error });
  }
  return studyEvent(json, where);
}

/** Whether a text begins as a log does, with the event on its first line that makes a study. */
export function looksLikeLog(text: string): boolean {
  const [first] = text.slice(0, MOST_OF_FIRST_LINE).split('\n', 1);
  if (first === undefined || !/^\s*\{/.test(first)) return false;
  try {
    return (JSON.parse(first) as { type?: unknown }).type === 'study-created';
  } catch {
    return false;
  }
}

/** Characters; it holds a program and a brief. */
const MOST_OF_FIRST_LINE = 2_000_000;
