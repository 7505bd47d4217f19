/** One line of a comparison; numbers count from 1 and are null on the side that lacks the line. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly before: number | null;
  readonly after: number | null;
  readonly text: string;
}

/** A run of equal lines that was left out. */
export interface DiffGap {
  readonly kind: 'gap';
  readonly lines: number;
}

/** Above this many cells the middle part is shown as wholly replaced, rather than to make the page wait. */
const MOST_CELLS = 4_000_000;

/**
 * The lines of `after` against those of `before`: a longest common subsequence, found by dynamic
 * programming between the common beginning and the common end.
 */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const a = before.split('\n');
  const b = after.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (
    end < a.length - start &&
    end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  )
    end++;

  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  const same = () => lines.push({ kind: 'same', before: ++i, after: ++j, text: b[j - 1]! });
  const removed = () => lines.push({ kind: 'removed', before: ++i, after: null, text: a[i - 1]! });
  const added = () => lines.push({ kind: 'added', before: null, after: ++j, text: b[j - 1]! });

  while (i < start) same();
  const tails = commonTails(a.slice(start, a.length - end), b.slice(start, b.length - end));
  while (i < a.length - end || j < b.length - end) {
    if (i < a.length - end && j < b.length - end && tails && a[i] === b[j]) same();
    else if (i < a.length - end && (j >= b.length - end || !tails || dropsNothing(tails, i, j)))
      removed();
    else added();
  }
  while (i < a.length) same();
  return lines;

  function dropsNothing(table: Tails, row: number, column: number): boolean {
    return table.at(row - start + 1, column - start) >= table.at(row - start, column - start + 1);
  }
}

interface Tails {
  /** The length of the longest common subsequence of what follows line i of one and j of the other. */
  at(i: number, j: number): number;
}

function commonTails(a: readonly string[], b: readonly string[]): Tails | null {
  const width = b.length + 1;
  if ((a.length + 1) * width > MOST_CELLS) return null;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const cell = i * width + j;
      table[cell] =
        a[i] === b[j]
          ? table[cell + width + 1]! + 1
          : Math.max(table[cell + width]!, table[cell + 1]!);
    }
  }
  return { at: (i, j) => table[i * width + j]! };
}

/** The same with long runs of equal lines left out but for `context` lines around each change. */
export function folded(lines: readonly DiffLine[], context = 3): readonly (DiffLine | DiffGap)[] {
  const shown = new Uint8Array(lines.length);
  lines.forEach((line, i) => {
    if (line.kind !== 'same') shown.fill(1, Math.max(0, i - context), i + context + 1);
  });
  const out: (DiffLine | DiffGap)[] = [];
  let hidden = 0;
  lines.forEach((line, i) => {
    if (!shown[i]) {
      hidden++;
      return;
    }
    if (hidden > 0) out.push({ kind: 'gap', lines: hidden });
    hidden = 0;
    out.push(line);
  });
  if (hidden > 0) out.push({ kind: 'gap', lines: hidden });
  return out;
}

export function countChanges(lines: readonly DiffLine[]): { added: number; removed: number } {
  const count = (kind: DiffLine['kind']) => lines.filter((line) => line.kind === kind).length;
  return { added: count('added'), removed: count('removed') };
}
