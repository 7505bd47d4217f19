import type { SourceLine } from '../../kernels/graph/types';
import type { Crash } from '../harness/trial';

/**
 * What is wrong with a program, in words for whoever wrote it: `syntax` (it is not TypeScript), `trace`
 * (it threw, or it lacks an export), `shape` (tensors that do not fit), `limit` (time, nodes, bytes) or
 * `memory`. `at` is a line of its own text, where one is known.
 */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
  constructor(
    readonly kind: Crash['kind'],
    /** Without the line, which is in `at`. */
    readonly reason: string,
    readonly at?: SourceLine,
  ) {
    super(at ? `${at.file}:${at.line}: ${reason}` : reason);
  }

  /** How a trial reports it. */
  get crash(): Crash {
    const { kind, reason, at } = this;
    return at ? { kind, message: reason, at } : { kind, message: reason };
  }
}
