import type { ProgramSource } from '../../../../model/programs/program';

/** What TypeScript finds wrong with a program. */
export interface TypeProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** TypeScript's number for it, such as 2322. */
  readonly code: number;
  readonly message: string;
}

/**
 * Every type error of a program, model.ts first, each file from its top; empty where it is right. Rejects
 * when the signal aborts, and when the checker itself cannot be had.
 */
export type TypeChecker = (
  program: ProgramSource,
  signal: AbortSignal,
) => Promise<readonly TypeProblem[]>;
