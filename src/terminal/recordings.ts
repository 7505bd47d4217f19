import { existsSync, readFileSync } from 'node:fs';
import { HistoryError } from '../agent/history/errors';
import { readRecording } from '../agent/replay/file';
import type { History, Study, StudyEvent } from '../agent/study';
import { earlierStudy } from './earlier';
import { UsageError } from './options';

export interface Recording {
  readonly study: Study;
  readonly events: readonly StudyEvent[];
  /** Whether it is a study of the history, and so of this machine. */
  readonly own: boolean;
}

/** A study that was saved as a file, or one of the history by its id. */
export async function recordingNamed(history: History, name: string): Promise<Recording> {
  try {
    if (existsSync(name)) {
      return { ...(await readRecording(Uint8Array.from(readFileSync(name)))), own: false };
    }
    const study = await earlierStudy(history, name);
    return { study, events: await history.events(name), own: true };
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
    throw new UsageError(`there is no file ${name} with a study, nor a study: ${error.message}`);
  }
}
