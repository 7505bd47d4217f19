import { beforeAll, describe, expect, it } from 'vitest';
import { type Change, EDITS } from '../../../src/agent/researchers/local';
import { Random } from '../../../src/agent/researchers/local/random';
import { Source } from '../../../src/agent/researchers/local/syntax/source';
import { unusedIn } from '../../../src/agent/researchers/local/syntax/unused';
import { PRESETS } from '../../../src/model/programs';
import type { ProgramSource } from '../../../src/model/programs/program';
import { loadSandbox, type Sandbox } from '../../../src/model/sandbox/sandbox';

const TARGET = { vocab: 27, context: 16, evaluationBatch: 2 };
const sources = PRESETS.map(({ source }) => source);

let sandbox: Sandbox;
const traces = new Map<string, Promise<string>>();
beforeAll(async () => {
  sandbox = await loadSandbox();
});

/** What a program computes, as text, without the lines that it was written in. */
function computed(program: ProgramSource): Promise<string> {
  const key = JSON.stringify(program);
  const known = traces.get(key);
  if (known) return known;
  const traced = sandbox
    .trace(program, TARGET)
    .then((trace) => JSON.stringify(trace, (name, value) => (name === 'at' ? undefined : value)));
  traces.set(key, traced);
  return traced;
}

const FIRST_EDITS = sources.flatMap((source) =>
  EDITS.flatMap((first) => first.apply(source, new Random('first', first.kind)) ?? []),
);

/** Programs that an edit applies to: the presets, or else presets with one other edit made first. */
function applications(kind: string): { before: ProgramSource; change: Change }[] {
  const edit = EDITS.find((e) => e.kind === kind)!;
  const tried = (before: ProgramSource) => {
    const change = edit.apply(before, new Random('applications', kind));
    return change ? [{ before, change }] : [];
  };
  const direct = sources.flatMap(tried);
  if (direct.length > 0) return direct;
  for (const { program } of FIRST_EDITS) {
    const [found] = tried(program);
    if (found) return [found];
  }
  return [];
}

function expectTidy(program: ProgramSource): void {
  for (const text of [program.model, program.optimizer]) {
    expect(unusedIn(new Source(text)).map(({ key }) => key)).toEqual([]);
    const tooLong = text.split('\n').filter((line) => line.length > 120);
    expect(tooLong).toEqual([]);
  }
}

/** A chain of random edits from a preset. */
function chain(name: string, length: number): { program: ProgramSource; kinds: string[] } {
  const random = new Random('chain', name);
  let program = random.pick(sources)!;
  const kinds: string[] = [];
  while (kinds.length < length) {
    const edit = random.pick(EDITS)!;
    const change = edit.apply(program, random);
    if (!change) continue;
    program = change.program;
    kinds.push(edit.kind);
  }
  return { program, kinds };
}

describe('the table of edits', () => {
  it('has kinds of their own names, in every family', () => {
    expect(new Set(EDITS.map(({ kind }) => kind)).size).toBe(EDITS.length);
    const families = new Set(EDITS.map(({ family }) => family));
    expect([...families].sort()).toEqual([
      'architecture',
      'batch',
      'init',
      'objective',
      'optimizer',
      'schedule',
      'size',
    ]);
  });

  it('has more than 20 kinds for each preset', () => {
    for (const source of sources) {
      const kinds = EDITS.filter((edit) => edit.apply(source, new Random('count', edit.kind)));
      expect(kinds.length).toBeGreaterThan(30);
    }
  });

  it('has nothing to say of programs that it cannot read', () => {
    const programs = [
      { model: 'export const = ', optimizer: 'const' },
      { model: '', optimizer: '' },
      { model: 'export function init() {}', optimizer: 'export function update() {}' },
    ];
    for (const program of programs) {
      for (const edit of EDITS) expect(edit.apply(program, new Random('none', ''))).toBeNull();
    }
  });
});

describe.each(EDITS.map(({ kind }) => kind))('the edit %s', (kind) => {
  const found = applications(kind);

  it('changes the text, leaves it tidy and says what it does with its numbers', () => {
    expect(found.length).toBeGreaterThan(0);
    for (const { before, change } of found) {
      expect(change.program).not.toEqual(before);
      expectTidy(change.program);
      expect(change.title.length).toBeGreaterThan(3);
      expect(change.title.length).toBeLessThan(100);
      expect(change.hypothesis).toMatch(/\.$/);
      for (const number of change.title.match(/\d+(\.\d+)?(e-\d+)?/g) ?? []) {
        expect(change.hypothesis).toContain(number);
      }
    }
  });

  it('gives a program that traces, and that computes something else', async () => {
    for (const { before, change } of found.slice(0, 1)) {
      const [was, is] = await Promise.all([computed(before), computed(change.program)]);
      expect(is).not.toBe(was);
    }
  });
});

describe('chains of edits', () => {
  const chains = Array.from({ length: 16 }, (_, i) => chain(`traced ${i}`, 3));
  it.each(chains)('trace after $kinds', async ({ program }) => {
    expectTidy(program);
    await computed(program);
  });

  it('parse and stay tidy however long they are', () => {
    for (let i = 0; i < 12; i++) expectTidy(chain(`parsed ${i}`, 6).program);
  });
});

describe('removals', () => {
  /** Adding something and taking it out again gives the same text. */
  it.each([
    ['nesterov', 'remove-nesterov'],
    ['gradient-clipping', 'remove-clipping'],
    ['average-weights', 'remove-averaging'],
    ['weight-decay', 'remove-weight-decay'],
    ['warm-up', 'remove-warm-up'],
    ['attention-window', 'remove-window'],
    ['alibi', 'remove-alibi'],
    ['attention-cap', 'remove-attention-cap'],
    ['qk-norm', 'remove-qk-norm'],
    ['token-shift', 'remove-token-shift'],
    ['branch-norm', 'remove-branch-norm'],
    ['final-norm', 'remove-final-norm'],
    ['dropout', 'remove-dropout'],
    ['logit-cap', 'remove-logit-cap'],
    ['z-loss', 'remove-loss'],
    ['label-smoothing', 'remove-loss'],
  ])('of %s by %s undo it in MicroGPT', async (add, remove) => {
    const random = new Random('undo', add);
    const edit = (kind: string) => EDITS.find((e) => e.kind === kind)!;
    const [microgpt] = sources;
    const added = edit(add).apply(microgpt!, random);
    const removed = added && edit(remove).apply(added.program, random);
    expect(await computed(removed!.program)).toBe(await computed(microgpt!));
    expect(removed!.program.model.length).toBeLessThan(microgpt!.model.length + 40);
  });
});
