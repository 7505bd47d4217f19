/**
 * The parts of TypeScript that are used here, in words of our own: the editor brings a whole compiler along
 * without declarations, and TypeScript's own package is a program since version 7, with nothing to call.
 */
export interface Compiler {
  createSourceFile(name: string, text: string, target: unknown): SourceFile;
  createProgram(options: {
    readonly rootNames: readonly string[];
    readonly options: unknown;
    readonly host: CompilerHost;
    readonly oldProgram?: Program;
  }): Program;
  convertCompilerOptionsFromJson(json: object, base: string): { readonly options: unknown };
  flattenDiagnosticMessageText(text: unknown, newLine: string): string;
}

export interface SourceFile {
  getLineAndCharacterOfPosition(at: number): { readonly line: number; readonly character: number };
}

export interface Program {
  getSourceFile(name: string): SourceFile | undefined;
  getSyntacticDiagnostics(file: SourceFile): readonly Diagnostic[];
  getSemanticDiagnostics(file: SourceFile): readonly Diagnostic[];
}

interface Diagnostic {
  readonly code: number;
  readonly start?: number;
  readonly messageText: unknown;
}

export interface CompilerHost {
  fileExists(name: string): boolean;
  readFile(name: string): string | undefined;
  getSourceFile(name: string, target: unknown): SourceFile | undefined;
  getDefaultLibFileName(): string;
  getDefaultLibLocation(): string;
  writeFile(): void;
  getCurrentDirectory(): string;
  getCanonicalFileName(name: string): string;
  useCaseSensitiveFileNames(): boolean;
  getNewLine(): string;
}
