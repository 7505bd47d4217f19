import type { ProgramSource } from '../../model/programs/program';
import { integer, list, number, pair, record, text } from '../history/format/readers';
import type { FoundEdit } from './find';

/** Edits found earlier, with what they were found on. */
export interface FoundFile {
  /** Content hash of the task. */
  readonly task: string;
  readonly device: string;
  readonly program: ProgramSource;
  readonly found: readonly FoundEdit[];
}

const program = record<ProgramSource>({ model: text(400_000), optimizer: text(400_000) });

/** Reads what was stored, from JSON. Throws HistoryError naming what is malformed. */
export const foundFile = record<FoundFile>({
  task: text(200),
  device: text(400),
  program,
  found: list(
    record<FoundEdit>({
      kind: text(200),
      title: text(10_000),
      program,
      differences: list(record({ seed: integer, difference: number }), 1000),
      mean: number,
      interval: pair(number),
    }),
    1000,
  ),
});
