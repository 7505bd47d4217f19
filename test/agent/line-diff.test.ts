import { describe, expect, it } from 'vitest';
import { countChanges, diffLines, folded } from '../../src/agent/line-diff';

const text = (...lines: string[]) => lines.join('\n');
const shown = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => `${kind[0]} ${text}`);

describe('the difference of two texts', () => {
  it('is nothing for equal ones', () => {
    expect(countChanges(diffLines('a\nb', 'a\nb'))).toEqual({ added: 0, removed: 0 });
  });

  it('shows a changed line as removed and then added', () => {
    expect(shown(text('a', 'b', 'c'), text('a', 'B', 'c'))).toEqual(['s a', 'r b', 'a B', 's c']);
  });

  it('keeps common lines between changes', () => {
    expect(shown(text('1', 'x', '2', 'y', '3'), text('1', '2', 'z', '3'))).toEqual([
      's 1',
      'r x',
      's 2',
      'r y',
      'a z',
      's 3',
    ]);
  });

  it.each([
    ['', 'a'],
    ['a', ''],
    [text('a', 'a'), text('a', 'a', 'a')],
    [text('x', 'a', 'b'), text('a', 'b', 'x')],
  ])('can be put together to either side: %j, %j', (before, after) => {
    const lines = diffLines(before, after);
    const side = (kind: 'added' | 'removed') =>
      text(...lines.filter((line) => line.kind !== kind).map((line) => line.text));
    expect(side('added')).toBe(before);
    expect(side('removed')).toBe(after);
  });

  it('does not make anyone wait for a comparison of two long and different texts', () => {
    const long = (word: string) => Array.from({ length: 5000 }, (_, i) => word + i).join('\n');
    expect(countChanges(diffLines(long('a'), long('b')))).toEqual({ added: 5000, removed: 5000 });
  });

  it('numbers the lines of each side', () => {
    expect(diffLines('a\nb', 'b')).toEqual([
      { kind: 'removed', before: 1, after: null, text: 'a' },
      { kind: 'same', before: 2, after: 1, text: 'b' },
    ]);
  });
});

describe('folding', () => {
  it('leaves out equal lines that are far from any change', () => {
    const before = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    const after = before.with(10, 'changed');
    const rows = folded(diffLines(text(...before), text(...after)), 2);
    expect(rows[0]).toEqual({ kind: 'gap', lines: 8 });
    expect(rows.at(-1)).toEqual({ kind: 'gap', lines: 7 });
    expect(rows).toHaveLength(1 + 2 + 2 + 2 + 1);
  });
});
