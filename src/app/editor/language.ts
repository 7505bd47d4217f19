/** What the editor must know to check a program: TypeScript itself, and the module 'loopy'. */

import {
  ModuleResolutionKind,
  ScriptTarget,
  typescriptDefaults,
} from 'monaco-editor/languages/features/typescript/register.js';
import 'monaco-editor/languages/definitions/typescript/register.js';
import loopy from '../../model/api/loopy.ts?declaration';

// As tsconfig.programs.json has it: a program that is right there is right here.
typescriptDefaults.setCompilerOptions({
  target: ScriptTarget.ES2020,
  lib: ['es2020'],
  strict: true,
  noEmit: true,
  allowNonTsExtensions: true,
  moduleResolution: ModuleResolutionKind.NodeJs,
});
typescriptDefaults.addExtraLib(loopy, 'file:///node_modules/loopy/index.d.ts');
