/** The one stretch in which two texts differ. */
export interface TextChange {
  /** Where it begins in both, in UTF-16 units. */
  readonly start: number;
  /** Where it ends in the old text. */
  readonly end: number;
  readonly inserted: string;
}

/** From the common beginning of two texts to their common end; null where they are equal. */
export function textChange(old: string, now: string): TextChange | null {
  if (old === now) return null;
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start++;
  let tail = 0;
  while (tail < shorter - start && old[old.length - 1 - tail] === now[now.length - 1 - tail])
    tail++;
  return { start, end: old.length - tail, inserted: now.slice(start, now.length - tail) };
}

/** The line, from 1, in which an offset of a text lies. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** The line of the new text in which it differs last from the old one; null where they are equal. */
export function changedLine(old: string, now: string): number | null {
  const change = textChange(old, now);
  return change && lineAt(now, change.start + change.inserted.length);
}
