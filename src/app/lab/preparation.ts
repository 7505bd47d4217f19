import type { TaskProgress } from '../../model/tasks/progress';
import type { Preparation } from './lab';

const MESSAGES: Readonly<Record<TaskProgress['stage'], string>> = {
  generating: 'Writing stories to learn from',
  fetching: 'Fetching the text',
  tokenizing: 'Cutting the text into tokens',
};

/** What a worker says while it gets ready, in words. */
export function preparationOf(progress: TaskProgress | null): Preparation {
  return progress
    ? { message: MESSAGES[progress.stage], progress: progress.fraction }
    : { message: 'Opening the lab', progress: null };
}
