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
import { type Deadline, Realm } from './realm';
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
  deadline: Deadline,
): OpenProgram {
  const { code, columns } = stripTypes(quickjs, source, limits, deadline);
  const usage: Usage = { nodes: 0, stopped: undefined };
  const files = new Map(code);
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
  files.set('loopy', `export { ${apiNames.join(', ')} } from '${INSIDE}';`);
  let answer = (_request: string, _stack: string): string => '';
  const host = realm.hostFunction('host', (request, stack) => answer(request, stack));
  realm.call(driver, 'connect', host);
  realm.call(driver, 'close');
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

/** Strips the types inside a realm of its own, which sees nothing but the text. */
function stripTypes(
  quickjs: QuickJSWASMModule,
  source: ProgramSource,
  limits: SandboxLimits,
  deadline: Deadline,
) {
  const realm = new Realm(quickjs, {
    limits,
    deadline,
    files: new Map(),
    stackBytes: limits.stackBytes * 2,
  });
  const stripper = realm.evaluate(strip, 'strip');
  const code = new Map<string, string>();
  const columns = new Map<string, ColumnMap>();
  for (const { key, file } of PROGRAM_FILES) {
    const { length } = source[key];
    if (length > limits.sourceLength) {
      throw new ProgramError(
        'limit',
        `${file} has ${length} characters; ${limits.sourceLength} are allowed`,
      );
    }
    const result = asRecord(readJson(realm.call(stripper, 'strip', source[key], file)), file);
    if (typeof result.error === 'string') {
      const at = { file, line: Number(result.line), column: Number(result.column) };
      throw new ProgramError('syntax', result.error, at);
    }
    code.set(file, String(result.code));
    columns.set(file, readColumns(String(result.mappings)));
  }
  return { code, columns };
}
