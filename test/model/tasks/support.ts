import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { taskFromText } from '../../../src/model/tasks/catalogue';
import { loadTask } from '../../../src/model/tasks/load';
import { memoryCorpora } from '../../../src/model/tasks/stores/memory';
import type { LoadedTask, TaskSpec } from '../../../src/model/tasks/task';

/** A text as a loaded task, by rules of which the default ones are those of the catalogue. */
export async function loadText(
  text: string | Uint8Array<ArrayBuffer>,
  rules: Partial<Omit<TaskSpec, 'name' | 'corpus'>>,
): Promise<LoadedTask> {
  const store = memoryCorpora();
  return loadTask(await taskFromText('own', text, store, rules), { store });
}

/** A file of the data that may lie beside the repository; undefined where there is none. */
export function sharedData(name: string): Uint8Array<ArrayBuffer> | undefined {
  const file = ['../shared', '../../shared']
    .map((folder) => resolve(folder, 'data', name))
    .find(existsSync);
  return file === undefined ? undefined : new Uint8Array(readFileSync(file));
}

export const utf8Length = (text: string): number => new TextEncoder().encode(text).length;
