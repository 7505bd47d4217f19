import type { ProgramSource } from '../../model/programs/program';
import { HistoryError } from '../history/errors';
import {
  integer,
  list,
  nullable,
  number,
  type Reader,
  record,
  text,
} from '../history/format/readers';
import type { FoundEdit } from './find';
import { type Difference, isGain } from './gain';

/** How edits were looked for: what they are known by. */
export interface Search {
  /** Names the search's seeds and draws. */
  readonly name: string;
  /** The long budget, in budgets. */
  readonly longer: number;
  readonly seeds: number;
  readonly confirmations: number;
}

/** Edits found earlier, with what they were found on. */
export interface FoundFile {
  readonly version: 2;
  /** Content hash of the task. */
  readonly task: string;
  readonly device: string;
  readonly program: ProgramSource;
  readonly search: Search;
  readonly found: readonly FoundEdit[];
}

const program = record<ProgramSource>({ model: text(400_000), optimizer: text(400_000) });
const differences = list(record<Difference>({ seed: integer, difference: number }), 1000);

const second: Reader<2> = (json, path) => {
  if (json === 2) return 2;
  throw new HistoryError(
    `${path} must be 2, and it is ${JSON.stringify(json) ?? 'missing'}: edits of another version are known by another rule; search again`,
  );
};

const fields = record<FoundFile>({
  version: second,
  task: text(200),
  device: text(400),
  program,
  search: record<Search>({
    name: text(400),
    longer: number,
    seeds: integer,
    confirmations: integer,
  }),
  found: list(
    record<FoundEdit>({
      kind: text(200),
      title: text(10_000),
      baseline: program,
      on: list(text(10_000), 100),
      program,
      long: differences,
      short: nullable(differences),
    }),
    1000,
  ),
});

/**
 * Reads what was stored, from JSON. Means and intervals are not stored but taken from the differences; that
 * there are as many of them as the search asked for, that the long ones show a gain, and that each edit
 * edits the first program or one that was found before it, is checked. Throws HistoryError naming what is wrong.
 */
export const foundFile: Reader<FoundFile> = (json, path) => {
  const file = fields(json, path);
  const known = new Set([textOf(file.program)]);
  for (const [i, { baseline, program, long, short }] of file.found.entries()) {
    const at = `${path}.found[${i}]`;
    if (!known.has(textOf(baseline))) {
      throw new HistoryError(
        `${at}.baseline is neither the file's program nor one found before it`,
      );
    }
    known.add(textOf(program));
    checkSeeds(long, file.search.seeds, `${at}.long`);
    if (short) checkSeeds(short, file.search.confirmations, `${at}.short`);
    if (!isGain(long)) throw new HistoryError(`${at}.long does not show a gain`);
  }
  return file;
};

function checkSeeds(of: readonly Difference[], count: number, path: string): void {
  const seeds = new Set(of.map(({ seed }) => seed)).size;
  if (seeds === count && of.length === count) return;
  throw new HistoryError(
    `${path} must have differences on ${count} seeds, and it has ${of.length} on ${seeds}`,
  );
}

const textOf = ({ model, optimizer }: ProgramSource) => JSON.stringify([model, optimizer]);
