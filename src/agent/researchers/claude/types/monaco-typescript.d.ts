declare module 'monaco-editor/languages/features/typescript/lib/typescriptServices.js' {
  export const typescript: import('./compiler').Compiler;
}

declare module 'monaco-editor/languages/features/typescript/lib/lib.js' {
  export const libFileMap: Readonly<Record<string, string>>;
}
