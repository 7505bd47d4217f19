import { CATALOGUE, taskFromText, taskNamed } from '../../model/tasks/catalogue';
import type { CorpusStore } from '../../model/tasks/stores/store';
import type { TaskSpec } from '../../model/tasks/task';
import type { StudySetup } from './lab';

/** Beyond this many characters, one token each would make the vocabulary the largest part of the model. */
const MOST_CHARACTERS = 256;

/** The task that a visitor chose. Rejects with a TaskError whose message says what to do. */
export async function taskOf(
  { task, ownText, budget, precision }: StudySetup,
  corpora: CorpusStore,
): Promise<TaskSpec> {
  const rules = { budget, ...(precision ? { precision } : {}) };
  if (!ownText) return { ...taskNamed(task), ...rules };
  const few = new Set(ownText.text).size <= MOST_CHARACTERS;
  return taskFromText(ownText.name.slice(0, 100), ownText.text, corpora, {
    ...rules,
    ...(few ? {} : { tokenizer: { kind: 'bpe', vocab: 512 } }),
  });
}

/** What people call a task: the catalogue's title, or the name of one's own text. */
export function titleOf(name: string): string {
  return CATALOGUE.find(({ task }) => task.name === name)?.title ?? name;
}
