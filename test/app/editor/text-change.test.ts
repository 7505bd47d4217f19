import { describe, expect, it } from 'vitest';
import { changedLine, textChange } from '../../../src/app/editor/text-change';

describe('the stretch in which two texts differ', () => {
  const cases = [
    ['', 'abc'],
    ['abc', ''],
    ['a b c', 'a c'],
    ['aaa', 'aaaa'],
    ['aaaa', 'aa'],
    ['one\ntwo\nthree', 'one\n2\nthree'],
    ['one', 'another'],
    ['xyx', 'xyxyx'],
  ] as const;

  it.each(cases)('makes %j of it %j', (old, now) => {
    const { start, end, inserted } = textChange(old, now)!;
    expect(old.slice(0, start) + inserted + old.slice(end)).toBe(now);
    expect(end).toBeGreaterThanOrEqual(start);
  });

  it('is as short as one edit can be', () => {
    expect(textChange('width: 16, mlp: 4', 'width: 16, mlp: 8')).toEqual({
      start: 16,
      end: 17,
      inserted: '8',
    });
  });

  it('is nothing where they are equal', () => {
    expect(textChange('a', 'a')).toBeNull();
    expect(changedLine('a', 'a')).toBeNull();
  });

  it('ends at a line of the new text', () => {
    expect(changedLine('a\nb\nc\nd', 'a\nb\nC\nd')).toBe(3);
    expect(changedLine('a\nb\nc\nd', 'a\nx\ny\nz\nd')).toBe(4);
    expect(changedLine('a\nb\nc\nd', 'a\nd')).toBe(2);
  });
});
