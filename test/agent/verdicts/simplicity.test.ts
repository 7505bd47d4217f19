import { describe, expect, it } from 'vitest';
import { countTokens } from '../../../src/agent/verdicts/simplicity';

const count = (model: string, optimizer = '') => countTokens({ model, optimizer });

describe('countTokens', () => {
  it('counts what a program says, and not its comments or layout', () => {
    expect(count('const a = 1;')).toBe(5);
    expect(count('// why\nconst  a =\n 1; /* and\n so on */')).toBe(5);
    expect(count('const a = 1;', 'const b: number = 2;')).toBe(12);
    expect(count('const a = 123456789;')).toBe(count('const a = 1;'));
    expect(count('')).toBe(0);
  });

  it('counts the words of what does not parse', () => {
    expect(count('const a = ;', 'export {};')).toBe(4 + 4);
  });
});
