import { diff3Merge } from 'node-diff3';
import { PROGRAM_FILES, type ProgramSource } from '../../model/programs/program';

export type Without =
  | { readonly program: ProgramSource }
  /** Why it cannot be built, in words. */
  | { readonly conflict: string };

/**
 * A program without one of the changes on the way to it: the change from `before` to `after` is taken back
 * in `final` by a three-way merge with `after` as the common ancestor, as `git revert` does. Lines first;
 * a file whose lines conflict is merged word by word, since two changes may meet in one line and not touch.
 */
export function withoutChange(
  before: ProgramSource,
  after: ProgramSource,
  final: ProgramSource,
): Without {
  const merged: Partial<Record<keyof ProgramSource, string>> = {};
  for (const { key, file } of PROGRAM_FILES) {
    const text =
      merge(final[key], after[key], before[key], linesOf) ??
      merge(final[key], after[key], before[key], wordsOf);
    if (text === null) {
      return { conflict: `a later change rewrote the same place in ${file}` };
    }
    merged[key] = text;
  }
  const program = merged as ProgramSource;
  const unchanged = PROGRAM_FILES.every(({ key }) => program[key] === final[key]);
  return unchanged ? { conflict: 'nothing of it is left in the final program' } : { program };
}

/**
 * What was changed on the way from one program to another, made in a third; null where it clashes with what
 * that one changed, or where nothing of it would be new there.
 */
export function carriedOver(
  from: ProgramSource,
  to: ProgramSource,
  onto: ProgramSource,
): ProgramSource | null {
  const merged = withoutChange(to, from, onto);
  return 'program' in merged ? merged.program : null;
}

/** The merge of both texts' changes to `origin`, or null where they conflict. */
function merge(
  ours: string,
  origin: string,
  theirs: string,
  cut: (text: string) => string[],
): string | null {
  if (ours === origin) return theirs;
  if (theirs === origin) return ours;
  const regions = diff3Merge(cut(ours), cut(origin), cut(theirs), { excludeFalseConflicts: true });
  const texts = regions.map((region) => region.ok?.join('') ?? null);
  return texts.includes(null) ? null : texts.join('');
}

/** Lines with their ends, so that nothing is lost when they are joined. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Names, numbers, white space and single signs; joined they are the text again. */
function wordsOf(text: string): string[] {
  return text.match(/[A-Za-z_$][\w$]*|\d[\w.]*|\s+|[^\w\s]/g) ?? [];
}
