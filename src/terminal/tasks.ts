import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { CATALOGUE, taskFromText, taskNamed } from '../model/tasks/catalogue';
import { TaskError } from '../model/tasks/errors';
import { loadTask } from '../model/tasks/load';
import { fileCorpora } from '../model/tasks/stores/files';
import type { BudgetUnit, LoadedTask, TaskSpec } from '../model/tasks/task';
import { budgetOf, UsageError } from './options';

/** Where fetched corpora are kept between commands. */
const corpora = fileCorpora(
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'loopy-lab', 'corpora'),
);

type TaskOptions = {
  readonly task: string;
  readonly precision?: string | undefined;
} & Partial<Record<BudgetUnit, string | undefined>>;

/**
 * The task that the options name: one of the catalogue, or a text file of one's own, with the budget and the
 * precision of the options in place of the task's. Throws UsageError when there is neither.
 */
export async function taskSpecOf(options: TaskOptions): Promise<TaskSpec> {
  const spec = await namedTask(options.task);
  const budget = budgetOf(options);
  return { ...spec, ...(budget ? { budget } : {}), ...precisionOf(options.precision) };
}

function precisionOf(name = 'f32'): Pick<TaskSpec, 'precision'> {
  if (name === 'f32') return {};
  if (name === 'f16') return { precision: name };
  throw new UsageError(`there is no precision ${name}; there are: f32, f16`);
}

async function namedTask(name: string): Promise<TaskSpec> {
  if (CATALOGUE.some(({ task }) => task.name === name)) return taskNamed(name);
  if (!existsSync(name)) {
    const names = CATALOGUE.map(({ task }) => task.name).join(', ');
    throw new UsageError(`there is no task and no file named ${name}; the lab knows: ${names}`);
  }
  return usable(taskFromText(basename(name), new Uint8Array(readFileSync(name)), corpora));
}

/** Brings a task into memory, from the network where it has to. */
export function loadTerminalTask(spec: TaskSpec): Promise<LoadedTask> {
  return usable(loadTask(spec, { store: corpora }));
}

/** Trouble with a task is the person's to mend: its message says how, and a stack would only hide it. */
async function usable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TaskError) throw new UsageError(error.message);
    throw error;
  }
}
