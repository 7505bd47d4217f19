import { compilerOptions } from '../../../../../tsconfig.programs.json';
import { PROGRAM_FILES, type ProgramSource } from '../../../../model/programs/program';
import type { Compiler, CompilerHost, Program, SourceFile } from './compiler';
import type { TypeProblem } from './problem';

/** More than these say no more. */
const MOST_PROBLEMS = 20;
const LIBRARY = '/lib/';
const API = '/node_modules/loopy/index.d.ts';

/**
 * Checks programs with TypeScript itself, against the declarations that the editor shows and under the options
 * of tsconfig.programs.json. Takes a good part of a second the first time and blocks: it belongs in a worker.
 */
export function createChecker(
  compiler: Compiler,
  /** TypeScript's own declarations, by file. */
  libraries: Readonly<Record<string, string>>,
  /** The declarations of the module 'loopy'. */
  api: string,
): (program: ProgramSource) => TypeProblem[] {
  // There are no folders here: the module is where Node would find it.
  const { paths: _, ...json } = compilerOptions;
  const { options } = compiler.convertCompilerOptionsFromJson(json, '/');
  const parsed = new Map<string, SourceFile>();
  let texts: ReadonlyMap<string, string> = new Map();
  let earlier: Program | undefined;

  const textOf = (name: string) =>
    name === API
      ? api
      : name.startsWith(LIBRARY)
        ? libraries[name.slice(LIBRARY.length)]
        : texts.get(name);
  const host: CompilerHost = {
    fileExists: (name) => textOf(name) !== undefined,
    readFile: textOf,
    getSourceFile(name, target) {
      const known = parsed.get(name);
      if (known) return known;
      const text = textOf(name);
      if (text === undefined) return undefined;
      const file = compiler.createSourceFile(name, text, target);
      if (!texts.has(name)) parsed.set(name, file);
      return file;
    },
    getDefaultLibFileName: () => `${LIBRARY}lib.es2023.d.ts`,
    getDefaultLibLocation: () => LIBRARY.slice(0, -1),
    writeFile() {},
    getCurrentDirectory: () => '/',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
  };

  return (source) => {
    texts = new Map(PROGRAM_FILES.map(({ key, file }) => [`/${file}`, source[key]]));
    const rootNames = [...texts.keys()];
    const program = compiler.createProgram({
      rootNames,
      options,
      host,
      ...(earlier && { oldProgram: earlier }),
    });
    earlier = program;
    return rootNames.flatMap((name) => problemsOf(compiler, program, name)).slice(0, MOST_PROBLEMS);
  };
}

/** What is wrong with one file; of one that cannot be read, only why. */
function problemsOf(compiler: Compiler, program: Program, name: string): TypeProblem[] {
  const file = program.getSourceFile(name)!;
  const syntactic = program.getSyntacticDiagnostics(file);
  const found = syntactic.length > 0 ? syntactic : program.getSemanticDiagnostics(file);
  return found.map(({ code, start = 0, messageText }) => {
    const { line, character } = file.getLineAndCharacterOfPosition(start);
    const message = compiler.flattenDiagnosticMessageText(messageText, '\n');
    return { file: name.slice(1), line: line + 1, column: character + 1, code, message };
  });
}
