import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { typeCheckerOver } from '../../../../../src/agent/researchers/claude/types/link';
import { loadChecker } from '../../../../../src/agent/researchers/claude/types/load';
import type { TypeProblem } from '../../../../../src/agent/researchers/claude/types/problem';
import { EDITS } from '../../../../../src/agent/researchers/local';
import { Random } from '../../../../../src/agent/researchers/local/random';
import { PRESETS, presetNamed } from '../../../../../src/model/programs';
import type { ProgramSource } from '../../../../../src/model/programs/program';
import { typesInNode } from '../../../../../src/terminal/types/in-node';

const SLOW = { timeout: 240_000 };
let check: (program: ProgramSource) => TypeProblem[];
beforeAll(async () => {
  check = await loadChecker();
}, SLOW.timeout);

const edited = (kind: string, program: ProgramSource) =>
  EDITS.find((edit) => edit.kind === kind)!.apply(program, new Random('types', kind))?.program;

it('both presets and what every edit of the local researcher makes of them are right', SLOW, () => {
  const firsts = PRESETS.flatMap(({ source }) =>
    EDITS.flatMap(({ kind }) => edited(kind, source) ?? []),
  );
  expect(PRESETS.flatMap(({ source }) => check(source))).toEqual([]);
  for (const { kind } of EDITS) {
    const direct = PRESETS.flatMap(({ source }) => edited(kind, source) ?? []);
    // An edit that takes something away applies after another one brought it.
    const second = direct.length > 0 ? [] : firsts.map((first) => edited(kind, first));
    const programs = [...direct, ...second.filter((each) => each !== undefined).slice(0, 2)];
    expect(programs.length, kind).toBeGreaterThan(0);
    expect(programs.flatMap(check), kind).toEqual([]);
  }
});

/** Mistakes as they are made: what is replaced, by what, and what is said of it. */
const MISTAKES: readonly [string, keyof ProgramSource, RegExp, string, RegExp][] = [
  [
    'a name that is not exported',
    'model',
    /import \{/,
    'import { gelu_fast,',
    /no exported member/,
  ],
  ['a method that is not there', 'optimizer', /t\.step\.add\(/, 't.step.plus(', /'plus' does not/],
  ['a number for a function', 'optimizer', /params, zerosLike\)/, 'params, 0)', /'number'/],
  ['a name that nobody declared', 'optimizer', /= 0\.01;/, '= base * 0.01;', /'base'/],
  ['a missing bracket', 'model', /\);\n/, ';\n', /expected/],
];

describe.each(PRESETS.map((preset) => [preset.name, preset.source] as const))('%s', (_, source) => {
  it.each(MISTAKES)('%s is found where it stands', (_, key, from, to, words) => {
    const text = source[key].replace(from, to);
    expect(text).not.toBe(source[key]);
    const problems = check({ ...source, [key]: text });
    const line = source[key].slice(0, source[key].search(from)).split('\n').length;
    const file = key === 'model' ? 'model.ts' : 'optimizer.ts';
    expect(problems[0]).toMatchObject({ file, message: expect.stringMatching(words) });
    // A bracket is missed on the same line or where the next statement begins.
    expect([line, line + 1]).toContain(problems[0]!.line);
  });
});

it('finds a mistake again after a right program, and sees across both files', () => {
  const { source } = presetNamed('gpt')!;
  const wrong = { ...source, optimizer: source.optimizer.replace('= 0.01;', '= true;') };
  expect(check(wrong)).not.toEqual([]);
  expect(check(source)).toEqual([]);
  expect(check(wrong)).not.toEqual([]);
});

describe('in a thread', () => {
  const never = new AbortController().signal;

  it('says what the checker says', SLOW, async () => {
    const types = typesInNode();
    const { source } = presetNamed('microgpt')!;
    expect(await types(source, never)).toEqual([]);
    const wrong = { ...source, model: `${source.model}\nconst n: number = 'three';\n` };
    expect(await types(wrong, never)).toEqual(check(wrong));
    expect(check(wrong)[0]).toMatchObject({ code: 2322, file: 'model.ts' });
  });

  const ended: string[] = [];
  afterEach(() => ended.splice(0));
  const link = (name: string, answer: Promise<readonly TypeProblem[]>, died?: Promise<never>) => ({
    check: () => answer,
    died: died ?? new Promise<never>(() => {}),
    end: () => void ended.push(name),
  });
  const program = { model: 'a', optimizer: 'b' };

  it('begins a new one after one that died, and after one that took too long', async () => {
    const death = Promise.reject(new Error('out of memory'));
    death.catch(() => {});
    const links = [
      link('dead', new Promise(() => {}), death),
      link('slow', new Promise(() => {})),
      link('well', Promise.resolve([])),
    ];
    const types = typeCheckerOver(() => links.shift()!, 20);
    await expect(types(program, never)).rejects.toThrow('out of memory');
    await expect(types(program, never)).rejects.toThrow('longer than');
    expect(await types(program, never)).toEqual([]);
    expect(ended).toEqual(['dead', 'slow']);
  });

  it('stops waiting as soon as it is aborted', async () => {
    const stop = new AbortController();
    const types = typeCheckerOver(() => link('busy', new Promise(() => {})));
    const asked = types(program, stop.signal);
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    expect(ended).toEqual([]);
  });
});
