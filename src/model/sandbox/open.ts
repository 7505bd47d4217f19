import type { QuickJSWASMModule } from 'quickjs-emscripten-core';
import type { SourceLine } from '../../kernels/graph/types';
import { didYouMean } from '../api/nearest';
import { PROGRAM_FILES, type ProgramSource } from '../programs/program';
import type { Usage } from './door';
import { ProgramError } from './errors';
import entry from './guest/entry.ts?bundle';
import strip from './guest/strip.ts?bundle';
import type { SandboxLimits } from './limits';
import { type ColumnMap, lineInStack, readColumns } from './positions';
import { Deadline, Realm } from './realm';
import { asRecord, readJson } from './requests';

/** A program that has been read and evaluated, and whose functions can be called. */
export interface OpenProgram {
  /** What all of its parts have used so far. */
  readonly usage: Usage;
  /** Calls a function of guest/driver.ts; texts in, text out. Throws ProgramError. */
  driver(name: string, ...args: readonly string[]): string;
  /** Gives the requests of the running part to `answer`. */
  serve(answer: (request: string, stack: string) => string): void;
  /** The line of the program that a stack comes from. */
  lineOf(stack: string): SourceLine | undefined;
}

/** Reads both files and evaluates them inside a closed realm. Throws ProgramError. */
export function openProgram(
  quickjs: QuickJSWASMModule,
  source: ProgramSource,
  limits: SandboxLimits,
): OpenProgram {
  const deadline = new Deadline(limits.milliseconds);
  const usage: Usage = { nodes: 0, inputs: 0, stopped: undefined };
  const files = new Map<string, string>();
  const columns = new Map<string, ColumnMap>();
  const reader = new Realm(quickjs, {
    limits: { ...limits, stackBytes: 2 * limits.stackBytes },
    deadline,
    files,
  });
  const stripper = reader.evaluate(strip, 'strip');
  const realm = new Realm(quickjs, {
    limits,
    deadline,
    files,
    columns,
    resolve: (from, wanted) => resolveImport(from, wanted, source),
    stopped: () => usage.stopped,
  });
  const inside = realm.evaluate(entry, INSIDE);
  const driver = realm.property(inside, 'driver');
  const apiNames = readJson(realm.call(driver, 'apiNames')) as string[];
  let answer = (_request: string, _stack: string): string => '';
  const host = realm.hostFunction('host', (request, stack) => answer(request, stack));
  realm.call(driver, 'connect', host);
  realm.call(driver, 'close');

  // Everything so far was the lab's own. From here on it is the program's.
  deadline.start();
  files.set('loopy', `export { ${apiNames.join(', ')} } from '${INSIDE}';`);
  for (const { key, file } of PROGRAM_FILES) {
    checkLength(file, source[key], limits);
    const stripped = readStripped(file, reader.call(stripper, 'strip', source[key], file));
    files.set(file, stripped.code);
    columns.set(file, stripped.columns);
  }
  try {
    const program = realm.evaluate(
      "export * as model from 'model.ts'; export * as optimizer from 'optimizer.ts';",
      'program',
    );
    realm.call(
      driver,
      'load',
      realm.property(program, 'model'),
      realm.property(program, 'optimizer'),
    );
  } catch (error) {
    throw explainImport(error, source, apiNames);
  }
  return {
    usage,
    driver: (name, ...args) => realm.call(driver, name, ...args),
    serve: (next) => {
      answer = next;
    },
    lineOf: (stack) => lineInStack(stack, columns),
  };
}

function checkLength(file: string, { length }: string, limits: SandboxLimits): void {
  if (length > limits.sourceLength) {
    const reason = `${file} has ${length} characters; ${limits.sourceLength} are allowed`;
    throw new ProgramError('limit', reason);
  }
}

function readStripped(file: string, json: string) {
  const { code, mappings, error, line, column } = asRecord(readJson(json), file);
  if (typeof error === 'string') {
    throw new ProgramError('syntax', error, { file, line: Number(line), column: Number(column) });
  }
  return { code: String(code), columns: readColumns(String(mappings)) };
}

const INSIDE = 'loopy:inside';

/** Files of the program by the names they may be imported under. */
const IMPORTS: ReadonlyMap<string, string> = new Map([
  ['loopy', 'loopy'],
  ...PROGRAM_FILES.flatMap(({ key, file }) =>
    [`./${key}`, `./${file}`, `./${key}.js`].map((name) => [name, file] as const),
  ),
]);

function resolveImport(from: string, wanted: string, source: ProgramSource): string {
  const program = PROGRAM_FILES.find(({ file }) => file === from);
  if (!program) return wanted; // The sandbox's own modules.
  const found = IMPORTS.get(wanted);
  if (found) return found;
  throw new ProgramError(
    'trace',
    `there is no '${wanted.slice(0, 100)}' to import: a program has 'loopy', './model' and './optimizer'`,
    lineContaining(source, program, wanted),
  );
}

function lineContaining(
  source: ProgramSource,
  { key, file }: (typeof PROGRAM_FILES)[number],
  text: string,
): SourceLine {
  const line = source[key].split('\n').findIndex((row) => row.includes(text));
  return { file, line: Math.max(line, 0) + 1 };
}

/** QuickJS names the missing export, but neither the line nor what there is instead. */
function explainImport(error: unknown, source: ProgramSource, names: readonly string[]): unknown {
  if (!(error instanceof ProgramError) || error.at) return error;
  const missing = /export '([^']+)' in module 'loopy'/.exec(error.reason)?.[1];
  if (!missing) return error;
  const word = new RegExp(`\\b${missing.replace(/\W/g, '')}\\b`);
  const program = PROGRAM_FILES.find(({ key }) => word.test(source[key])) ?? PROGRAM_FILES[0];
  return new ProgramError(
    'trace',
    `'loopy' has no '${missing}'${didYouMean(missing, names)}`,
    lineContaining(source, program, missing),
  );
}
