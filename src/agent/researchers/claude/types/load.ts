import api from '../../../../model/api/loopy.ts?declaration';
import type { ProgramSource } from '../../../../model/programs/program';
import { createChecker } from './checker';
import type { TypeProblem } from './problem';

/**
 * A checker with the compiler that the editor has: TypeScript 5.9 inside of monaco-editor, megabytes that are
 * loaded here and nowhere else.
 */
export async function loadChecker(): Promise<(program: ProgramSource) => TypeProblem[]> {
  const [{ typescript }, { libFileMap }] = await Promise.all([
    import('monaco-editor/languages/features/typescript/lib/typescriptServices.js'),
    import('monaco-editor/languages/features/typescript/lib/lib.js'),
  ]);
  return createChecker(typescript, libFileMap, api);
}
