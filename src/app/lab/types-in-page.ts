import { releaseProxy, wrap } from 'comlink';
import { type TypeLink, typeCheckerOver } from '../../agent/researchers/claude/types/link';
import type { TypeChecker } from '../../agent/researchers/claude/types/problem';
import { guardedWorker } from '../workers/guarded';
import typesWorker from '../workers/types.worker.ts?worker&url';

export type TypeWorker = Pick<TypeLink, 'check'>;

/** The type checker of the page, in a worker of its own: a check blocks for a part of a second. */
export const typesInPage = (): TypeChecker => typeCheckerOver(startWorker);

function startWorker(): TypeLink {
  const worker = guardedWorker(typesWorker, 'types');
  const remote = wrap<TypeWorker>(worker);
  const died = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      const said = event.message ? `: ${event.message}` : '';
      reject(new Error(`the worker that checks types ended unexpectedly${said}`));
    });
  });
  died.catch(() => {});
  return {
    died,
    check: (program) => remote.check(program),
    end: () => {
      remote[releaseProxy]();
      worker.terminate();
    },
  };
}
