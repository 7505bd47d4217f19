/**
 * The type checker's thread. It is started from text (`?bundle`), since Node runs no TypeScript: the compiler
 * is imported from where it is installed, and all else is in the bundle or handed over.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createChecker } from '../../agent/researchers/claude/types/checker';
import type { ProgramSource } from '../../model/programs/program';
import type { Handed } from './in-node';

const { compiler, libraries, api } = workerData as Handed;
const checker = Promise.all([import(compiler), import(libraries)]).then(
  ([{ typescript }, { libFileMap }]) => createChecker(typescript, libFileMap, api),
);

parentPort!.on('message', async ({ id, program }: { id: number; program: ProgramSource }) => {
  try {
    parentPort!.postMessage({ id, problems: (await checker)(program) });
  } catch (error) {
    parentPort!.postMessage({ id, failed: String(error) });
  }
});
