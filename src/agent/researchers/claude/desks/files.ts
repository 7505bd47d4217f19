import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkName } from '../../../history/rules';
import type { DeskStore } from './store';

/**
 * Desks as files beside a history of JSON lines: `STUDY.researchers/NAME.json`. For the terminal alone, since
 * only Node has files. A file is written beside the old one and then takes its place, so that a process which
 * is killed leaves either whole.
 */
export function createFileDesks(folder: string): DeskStore {
  const folderOf = (study: string) => {
    checkName(study);
    return join(folder, `${study}.researchers`);
  };
  const pathOf = (study: string, name: string) => {
    checkName(name);
    return join(folderOf(study), `${name}.json`);
  };
  return {
    async load(study, name) {
      return readFile(pathOf(study, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
    },
    async save(study, name, json) {
      const path = pathOf(study, name);
      await mkdir(folderOf(study), { recursive: true });
      const file = await open(`${path}.new`, 'w', 0o600);
      try {
        await file.writeFile(json);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${path}.new`, path);
    },
    remove: (study, name) =>
      rm(name === undefined ? folderOf(study) : pathOf(study, name), {
        recursive: true,
        force: true,
      }),
  };
}
