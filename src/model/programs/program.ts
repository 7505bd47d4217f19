/** The editable source of a trial: two files of TypeScript, and nothing else. */
export interface ProgramSource {
  readonly model: string;
  readonly optimizer: string;
}

/** The files of a program in the order a person reads them, with the names used in every message. */
export const PROGRAM_FILES = [
  { key: 'model', file: 'model.ts' },
  { key: 'optimizer', file: 'optimizer.ts' },
] as const;
