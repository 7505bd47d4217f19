import type { SourceLine } from './types';

/**
 * Something is wrong with a graph: a shape that does not fit, an op that does not exist, an attribute of
 * the wrong kind. The message says what, and `at` says which line of the program wrote it.
 */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  constructor(
    /** The message without the line, which is in `at`. */
    readonly reason: string,
    readonly at?: SourceLine,
  ) {
    super(at ? `${at.file}:${at.line}: ${reason}` : reason);
  }
}
