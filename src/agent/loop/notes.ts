import { HistoryError } from '../history/errors';
import { experimentNamed } from '../history/fold';
import { studyEvent } from '../history/format/event';
import type { History, Note, Study } from '../study';

/**
 * A note as a log may hold it: no longer than allowed, and resting on experiments that there are. Throws
 * HistoryError that says what is wrong.
 */
export function checkedNote(study: Study, raw: Note): Note {
  const { at: _, ...note } = studyEvent({ ...raw, at: 0 }, 'the note');
  if (note.type === 'insight') {
    for (const id of note.experiments) experimentNamed(study, id);
    return note;
  }
  if (note.type === 'brief-set' || note.type === 'directions-set') return note;
  throw new HistoryError(`${note.type} is no note: the loop alone writes it`);
}

/** Writes a note into the log of a study on which no loop runs; a running one has its own way in. */
export async function writeNote(
  history: History,
  study: Study,
  note: Note,
  at = Date.now(),
): Promise<void> {
  await history.append(study.id, { ...checkedNote(study, note), at });
}
