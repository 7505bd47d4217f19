import { Worker } from 'node:worker_threads';
import { type TypeLink, typeCheckerOver } from '../../agent/researchers/claude/types/link';
import type { TypeChecker, TypeProblem } from '../../agent/researchers/claude/types/problem';
import api from '../../model/api/loopy.ts?declaration';
import code from './worker.ts?bundle';

/** What the thread is started with. */
export interface Handed {
  /** Where the compiler and its libraries are installed. */
  readonly compiler: string;
  readonly libraries: string;
  readonly api: string;
}

type Answer =
  | { readonly id: number; readonly problems: readonly TypeProblem[] }
  | { readonly id: number; readonly failed: string };

/** The type checker of the terminal, in a thread of its own: a trial must not stand still for it. */
export const typesInNode = (): TypeChecker => typeCheckerOver(startThread);

function startThread(): TypeLink {
  const inside = (file: string) =>
    import.meta.resolve(`monaco-editor/languages/features/typescript/lib/${file}`);
  const handed: Handed = {
    compiler: inside('typescriptServices.js'),
    libraries: inside('lib.js'),
    api,
  };
  const url = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const thread = new Worker(url, { workerData: handed });
  // A command that is done does not wait for it.
  thread.unref();
  const waiting = new Map<number, (answer: Answer) => void>();
  thread.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  const died = new Promise<never>((_, reject) => {
    thread.on('error', reject);
    thread.on('exit', (code) => reject(new Error(`the type checker ended (${code})`)));
  });
  died.catch(() => {});
  let checks = 0;
  return {
    died,
    check: (program) =>
      new Promise((resolve, reject) => {
        const id = checks++;
        waiting.set(id, (answer) => {
          if ('problems' in answer) resolve(answer.problems);
          else reject(new Error(answer.failed));
        });
        thread.postMessage({ id, program });
      }),
    end: () => void thread.terminate(),
  };
}
