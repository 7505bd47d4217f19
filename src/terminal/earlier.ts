import { foldStudy } from '../agent/history/fold';
import type { History, Study } from '../agent/study';
import { UsageError } from './options';

/** A study of the history. Throws UsageError that names those there are. */
export async function earlierStudy(history: History, id: string): Promise<Study> {
  const events = await history.events(id);
  if (events.length > 0) return foldStudy(events);
  const known = (await history.studies()).map((entry) => entry.id).join(', ');
  throw new UsageError(`there is no study ${id} here; there are: ${known || 'none yet'}`);
}
