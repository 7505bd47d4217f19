import type { SourceLine } from './types';

/**
 * Something is wrong with a graph: a shape that does not fit, an op that does not exist, an attribute of
 * the wrong kind. The message says what, and `at` says which line of the program wrote it.
 */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  constructor(
    message: string,
    readonly at?: SourceLine,
  ) {
    super(at ? `${at.file}:${at.line}: ${message}` : message);
  }
}
