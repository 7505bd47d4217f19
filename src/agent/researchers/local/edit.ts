import type { ProgramSource } from '../../../model/programs/program';
import type { Chooser } from './random';
import { finish } from './syntax/finish';
import { Source } from './syntax/source';

export type Family =
  | 'architecture'
  | 'optimizer'
  | 'schedule'
  | 'batch'
  | 'size'
  | 'init'
  | 'objective';

/** One kind of change to a program: a small rewrite of its text. */
export interface Edit {
  /** Unique; what the researcher learns by. */
  readonly kind: string;
  readonly family: Family;
  /** What it does, for a list of kinds. */
  readonly title: string;
  /** Null when it does not apply: the program lacks what it changes, or has it already. */
  apply(program: ProgramSource, chooser: Chooser): Change | null;
}

export interface Change extends Idea {
  readonly program: ProgramSource;
}

/** A change in words. */
export interface Idea {
  /** In a few words, with its numbers: `learning rate 0.01 -> 0.02`. */
  readonly title: string;
  /** What is expected and why, in words that a student learns from, with its numbers. */
  readonly hypothesis: string;
}

/** Rewrites a file and says what for, or leaves it alone and returns null. */
export type Rewrite = (source: Source, chooser: Chooser) => Idea | null;

/** An edit of model.ts. */
export const modelEdit = (kind: string, family: Family, title: string, rewrite: Rewrite): Edit =>
  fileEdit('model', { kind, family, title }, rewrite);

/** An edit of optimizer.ts. */
export const optimizerEdit = (
  kind: string,
  family: Family,
  title: string,
  rewrite: Rewrite,
): Edit => fileEdit('optimizer', { kind, family, title }, rewrite);

function fileEdit(file: keyof ProgramSource, about: Omit<Edit, 'apply'>, rewrite: Rewrite): Edit {
  return {
    ...about,
    apply(program, chooser) {
      const source = parsed(program[file]);
      const idea = source && rewrite(source, chooser);
      if (!source || !idea) return null;
      const text = finish(source);
      if (text === null || text === program[file]) return null;
      return { ...idea, program: { ...program, [file]: text } };
    },
  };
}

/** Null for a file that does not parse: there is nothing to hold on to. */
function parsed(text: string): Source | null {
  try {
    return new Source(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
