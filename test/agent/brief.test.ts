import { describe, expect, it } from 'vitest';
import { frozenFile, readBrief, unheardLines } from '../../src/agent/brief';
import type { ResearcherName } from '../../src/agent/study';

describe('readBrief', () => {
  it('reads directives, plain or in lists, and hands back every other line', () => {
    const brief = readBrief(
      [
        '# Goals',
        '<!-- a note -->',
        'Find out what **attention** is good for.',
        '- Freeze: `config.layers`, optimizer.ts',
        '* **prefer:** Schedule, optimizer',
        '1. avoid: size',
        'max parameters: 100k',
        'max seconds per step: 0.02 s',
        'Maximum source tokens = 1,500.',
        '',
      ].join('\n'),
    );
    expect(brief).toEqual({
      frozen: ['config.layers', 'optimizer.ts'],
      prefer: ['schedule', 'optimizer'],
      avoid: ['size'],
      limits: { parameters: 100_000, secondsPerStep: 0.02, sourceTokens: 1500 },
      others: ['Find out what **attention** is good for.'],
    });
  });

  it('hands back a limit that it cannot read', () => {
    const { limits, others } = readBrief('max parameters: a few\nmax parameters: 0');
    expect(limits).toEqual({});
    expect(others).toEqual(['max parameters: a few', 'max parameters: 0']);
  });

  it('says nothing of an empty brief', () => {
    const { frozen, prefer, avoid, others } = readBrief('');
    expect([frozen, prefer, avoid, others]).toEqual([[], [], [], []]);
  });
});

describe('frozenFile', () => {
  it('tells files from what they declare', () => {
    expect(['model.ts', 'optimizer.ts', 'forward', 'config.width'].map(frozenFile)).toEqual([
      'model',
      'optimizer',
      null,
      null,
    ]);
  });
});

describe('unheardLines', () => {
  const brief = '# Brief\n\n- avoid: size\n- Be bold. <!-- or not -->\n';

  it('tells a person what a researcher passes over', () => {
    const lines = (researcher: ResearcherName) =>
      unheardLines(brief, researcher).map(({ line }) => line);
    expect(lines('claude')).toEqual([]);
    expect(lines('human')).toEqual([]);
    expect(lines('local')).toEqual(['- Be bold.']);
    expect(lines('random')).toEqual(['- avoid: size', '- Be bold.']);
    expect(unheardLines('', 'random')).toEqual([]);
  });

  it('tells of names that the local researcher does not know, and of limits that are none', () => {
    const misspelt =
      '* Avoid: `size`, Atention\n**prefer:** muon\nprefer: all\nmax parameters: few';
    expect(unheardLines(misspelt, 'local')).toEqual([
      { line: '* Avoid: `size`, Atention', unknown: ['atention'] },
      { line: 'prefer: all', unknown: ['all'] },
      { line: 'max parameters: few', unknown: [] },
    ]);
  });
});
