import { expect, it } from 'vitest';
import { handsOf, takenWords } from '../../../../src/app/panes/team/taken-words';
import { PRESETS } from '../../../../src/model/programs';

const draft = { program: PRESETS[0].source, parent: null };

it('says how it stands with the author of a draft that was taken', () => {
  expect(handsOf({ doing: 'held', draft }, true)).toBe('waits');
  // The team is drawn a little later than the keyboard is taken.
  expect(handsOf({ doing: 'thinking', draft }, true)).toBe('waits');
  expect(handsOf({ doing: 'ended', draft }, true)).toBe('ended');
  expect(handsOf(null, true)).toBe('away');
});

it('knows that the author went on after a reload, and whether it can have the text', () => {
  expect(handsOf({ doing: 'thinking', draft }, false)).toBe('may take');
  expect(handsOf({ doing: 'resting', draft: null }, false)).toBe('idle');
  expect(handsOf({ doing: 'held', draft }, false)).toBe('waits');
  expect(takenWords('may take', 'Claude 1')).toContain('Claude 1, which went on since');
});
