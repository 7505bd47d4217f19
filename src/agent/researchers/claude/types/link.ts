import type { ProgramSource } from '../../../../model/programs/program';
import { unlessAborted } from '../../../loop/waiting';
import type { TypeChecker, TypeProblem } from './problem';

/** A checker in a worker, with its life and its death. */
export interface TypeLink {
  check(program: ProgramSource): Promise<readonly TypeProblem[]>;
  /** Never resolves; rejects when the worker dies of itself. */
  readonly died: Promise<never>;
  end(): void;
}

/** Milliseconds that a check may take, loading the compiler included. */
const LONGEST = 120_000;

/**
 * Checks types in a worker, which is started by the first check: a compiler is heavy, and types can be written
 * that keep it busy for ever. A worker that dies or takes too long costs that check alone.
 */
export function typeCheckerOver(connect: () => TypeLink, longest = LONGEST): TypeChecker {
  let link: TypeLink | null = null;
  let last: { readonly key: string; readonly problems: readonly TypeProblem[] } | null = null;

  const end = (ended: TypeLink) => {
    ended.end();
    if (link === ended) link = null;
  };
  return async (program, signal) => {
    signal.throwIfAborted();
    const key = JSON.stringify([program.model, program.optimizer]);
    if (last?.key === key) return last.problems;
    link ??= connect();
    const asked = link;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const words = `the types took longer than ${Math.round(longest / 1000)} s to check`;
      timer = setTimeout(() => reject(new Error(words)), longest);
    });
    try {
      const answer = Promise.race([asked.check(program), asked.died, late]);
      const problems = await unlessAborted(answer, signal);
      last = { key, problems };
      return problems;
    } catch (error) {
      // A check that was aborted goes on for a moment, and harms nobody.
      if (!signal.aborted) end(asked);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
}
