/** The type checker's worker: a whole compiler, which nobody fetches before a researcher checks a program. */

import { expose } from 'comlink';
import { loadChecker } from '../../agent/researchers/claude/types/load';
import type { TypeWorker } from '../lab/types-in-page';

const checker = loadChecker();

const worker: TypeWorker = {
  check: async (program) => (await checker)(program),
};

expose(worker);
