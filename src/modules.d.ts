/** The type declarations of a TypeScript file, as text (see scripts/declarations.ts). */
declare module '*?declaration' {
  const text: string;
  export default text;
}

/** A TypeScript file and all it imports as one ES module, as text (see scripts/bundles.ts). */
declare module '*?bundle' {
  const text: string;
  export default text;
}

/** An AssemblyScript file compiled to WebAssembly, as base64 (see scripts/assembly.ts). */
declare module '*?wasm' {
  const base64: string;
  export default base64;
}
declare module '*?wasm-relaxed' {
  const base64: string;
  export default base64;
}
declare module '*?wasm-shared' {
  const base64: string;
  export default base64;
}
declare module '*?wasm-relaxed-shared' {
  const base64: string;
  export default base64;
}

/** The colours of TypeScript; the editor's package has no declarations for this part of it. */
declare module 'monaco-editor/languages/definitions/typescript/typescript.js' {
  import type { languages } from 'monaco-editor/editor/editor.api.js';
  export const conf: languages.LanguageConfiguration;
  export const language: languages.IMonarchLanguage;
}
