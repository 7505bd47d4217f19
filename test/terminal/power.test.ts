import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FoundEdit } from '../../src/agent/power/find';
import type { FoundFile } from '../../src/agent/power/found-file';
import type { Summary } from '../../src/agent/power/summary';
import { runCommand } from './run-command';

/** The smallest program: a table of what follows what. It learns slowly, so that some edits surely help. */
const MODEL = `import type { Params, Task, Tensor } from 'loopy';
import { embedding, normal } from 'loopy';

export const config = { initStd: 0.08 };

export function init(task: Task): Params {
  return { table: normal([task.vocab, task.vocab], { std: config.initStd }) };
}

export function forward(params: Params, tokens: Tensor): Tensor {
  return embedding(params.table, tokens);
}
`;
const OPTIMIZER = `import type { Params, State } from 'loopy';
import { map } from 'loopy';

export const batch = 8;

const learningRate = 0.1;

export function state(): State {
  return {};
}

export function update(params: Params, grads: Params, state: State) {
  return { params: map(params, (p, name) => p.sub(grads[name].mul(learningRate))), state };
}
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'loopy-power-'));
  writeFileSync(file('poem.txt'), 'the cat sat on the mat. the dog sat on the log.\n'.repeat(200));
  writeFileSync(file('model.ts'), MODEL);
  writeFileSync(file('optimizer.ts'), OPTIMIZER);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);
const power = (...args: string[]) =>
  runCommand(
    'power',
    ...['--program', folder, '--task', file('poem.txt'), '--device', 'cpu', '--steps', '8'],
    ...args,
  );
const stored = (name: string) => JSON.parse(readFileSync(file(name), 'utf8')) as FoundFile;
const SMALL = ['--longer', '2', '--seeds', '3', '--confirmations', '4'];

describe('npm run power', () => {
  it('finds edits, keeps them and the scores in files, and judges them', {
    timeout: 120_000,
  }, async () => {
    const files = ['--found', file('found.json'), '--scores', file('scores.jsonl')];
    const { code, out, err } = await power(...SMALL, ...files, '--edits', '1');
    expect(err).toMatch(/^known at both: learning rate 0\.1 → /m);
    expect(out).toMatch(/^\w+: learning rate 0\.1 → .* at 2 times the budget, /m);
    expect(out).toMatch(/^known at 2 times the budget and at the budget: 1 edits, \d kept/m);
    expect(code).toBe(/and at the budget: 1 edits, 1 kept/.test(out) ? 0 : 1);
    const { version, search, found } = stored('found.json');
    expect(version).toBe(2);
    expect(search).toEqual({ name: 'power', longer: 2, seeds: 3, confirmations: 4 });
    expect(found.at(-1)).toMatchObject({ on: [], baseline: { optimizer: OPTIMIZER } });
    // Cut off after its last trial, it goes on without running one again.
    const scores = readFileSync(file('scores.jsonl'), 'utf8');
    rmSync(file('found.json'));
    await power(...SMALL, ...files, '--edits', '1');
    expect(stored('found.json').found).toEqual(found);
    expect(readFileSync(file('scores.jsonl'), 'utf8')).toBe(scores);
  });

  it('trains nothing above the cost, and says that too few were found', {
    timeout: 120_000,
  }, async () => {
    const { code, out, err } = await power(
      ...['--cost', '0.001', '--found', file('none.json'), '--scores', file('none.jsonl')],
    );
    expect(code).toBe(1);
    expect(err).toMatch(/^too costly: learning rate 0\.1 → /m);
    expect(err).not.toMatch(/^(no gain|known)/m);
    expect(out).toMatch(/known at 10 times the budget and at the budget: no edits$/m);
    expect(out).toContain('only 0 of 12 edits known at both budgets were found');
    expect(existsSync(file('none.jsonl'))).toBe(false);
    expect(stored('none.json').found).toEqual([]);
    expect(stored('none.json').search).toMatchObject({ longer: 10, seeds: 6, confirmations: 16 });
  });

  it('judges what was found before, each on its own program, and counts by what it is known by', {
    timeout: 120_000,
  }, async () => {
    const none = stored('none.json');
    const { program } = none;
    const rated = (rate: string) => ({
      ...program,
      optimizer: OPTIMIZER.replace('learningRate = 0.1', `learningRate = ${rate}`),
    });
    const [faster, slower] = [rated('10'), rated('0.001')];
    const known = { long: differences(6, -0.1), short: differences(16, -0.1) };
    const unknown = { ...known, short: differences(16, 0.1) };
    const rate = { kind: 'learning-rate' };
    const found: FoundEdit[] = [
      { ...rate, ...known, title: 'faster', on: [], baseline: program, program: faster },
      { ...rate, ...unknown, title: 'slower', on: ['faster'], baseline: faster, program: slower },
    ];
    writeFileSync(file('two.json'), JSON.stringify({ ...none, found }));
    const { code, out, json } = await power('--found', file('two.json'), '--json');
    expect(out).toMatch(/^keep: faster \(−0\.100 .* at 10 times the budget, −0\.100 /m);
    expect(out).toMatch(/^discard: slower on top of faster /m);
    const { both, longOnly, all } = json() as Summary;
    expect(both).toMatchObject({ edits: 1, kept: 1 });
    expect(longOnly).toMatchObject({ edits: 1, kept: 0, discarded: 1 });
    expect(all).toMatchObject({ edits: 2, kept: 1 });
    expect(out).toContain('only 1 of 12 edits');
    expect(code).toBe(1);
    expect((await power('--found', file('two.json'), '--edits', '1')).code).toBe(0);
  });

  it.each([
    [['--found', 'broken.json'], /broken\.json does not hold found edits: .*version must be 2/],
    [['--found', 'none.json', '--steps', '9'], /found on another task, budget or program/],
    [
      ['--found', 'none.json', '--confirmations', '4'],
      /--name power --longer 10 --seeds 6 --confirmations 16: give the same/,
    ],
    [['--scores', 'broken.json'], /broken\.json does not hold scores of trials: line 1/],
    [['--confirmations', '1'], /--confirmations needs a whole number of at least 2/],
    [['--edits', '1.5'], /--edits needs a whole number/],
    [['--cost', '0'], /--cost needs a positive number/],
  ])('answers %j with words', { timeout: 60_000 }, async (args, message) => {
    writeFileSync(file('broken.json'), '{"found": 1}\n');
    const { code, err } = await power(
      ...args.map((arg) => (arg.endsWith('.json') ? file(arg) : arg)),
    );
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toContain('    at ');
  });
});

const differences = (count: number, mean: number) =>
  Array.from({ length: count }, (_, seed) => ({ seed, difference: mean + 0.001 * (-1) ** seed }));
