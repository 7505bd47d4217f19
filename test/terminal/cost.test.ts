import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createJsonLinesHistory } from '../../src/agent/history/json-lines';
import { createFileDesks } from '../../src/agent/researchers/claude/desks/files';
import { PRICES } from '../../src/agent/researchers/claude/prices';
import { presetNamed } from '../../src/model/programs';
import { MARKS } from '../../src/terminal/cost';
import { billsOf } from '../../src/terminal/cost/bills';
import { editCalls } from '../../src/terminal/cost/edit';
import type { Asked } from '../../src/terminal/cost/endpoint';
import { PrefixCache } from '../../src/terminal/cost/prefix-cache';
import { editing, play, standInOf } from '../agent/researchers/claude/lab';
import { logOf } from '../agent/studies';
import { runCommand } from './run-command';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loopy-cost-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NUMBER = /\d[\d,]*(\.\d+)?/g;
const numbersOf = (text: string) =>
  (text.match(NUMBER) ?? []).map((each) => Number(each.replaceAll(',', '')));
const between = (text: string) => text.split(MARKS[0])[1]!.split(MARKS[1])[0]!.trim();

it('prints what docs/overnight.md says', async () => {
  const doc = between(readFileSync('docs/overnight.md', 'utf8'));
  const { code, out, err } = await runCommand('cost');
  expect(err).toBe('');
  expect(code).toBe(0);
  const printed = out.trim();
  // Prompts change by a sentence now and then: what is said of them may be off by so much.
  const off = numbersOf(printed).filter((value, i) => {
    const said = numbersOf(doc)[i] ?? Number.NaN;
    return !(Math.abs(value - said) <= Math.max(0.05 * value, 0.02));
  });
  expect(doc.replace(NUMBER, '#')).toBe(printed.replace(NUMBER, '#'));
  expect(off, 'run: npm run cost -- --update docs/overnight.md').toEqual([]);
}, 300_000);

it('caches as the stand-in of the API does', async () => {
  const standIn = await standInOf({ script: editing });
  await play(standIn, { experiments: 3 });
  const cache = new PrefixCache();
  let compared = 0;
  for (const { body, usage } of standIn.requests) {
    if (!body || !usage) continue;
    const { tokens } = cache.measure(body, usage.output_tokens);
    const { input, cacheRead, cacheWrite, cacheWriteHour } = tokens;
    const all = input + cacheRead + cacheWrite + cacheWriteHour;
    const [read = 0, written = 0] = [
      usage.cache_read_input_tokens!,
      usage.cache_creation_input_tokens!,
    ];
    const total = usage.input_tokens + read + written;
    expect(cacheRead / all).toBeCloseTo(read / total, 1);
    expect((cacheWrite + cacheWriteHour) / all).toBeCloseTo(written / total, 1);
    expect(cacheWriteHour > 0).toBe((usage.cache_creation?.ephemeral_1h_input_tokens ?? 0) > 0);
    compared++;
  }
  expect(compared).toBe(18);
});

it('says as edits what turns one program into another', () => {
  const [from, to] = [presetNamed('microgpt')!.source, presetNamed('gpt')!.source];
  const small = { ...from, optimizer: from.optimizer.replace('0.01', '0.02') };
  for (const target of [to, small]) {
    const result = { ...from };
    for (const { tool, input } of editCalls(from, target)) {
      const { file, old, new: by, content } = input as Record<string, string>;
      const key = file === 'model.ts' ? 'model' : 'optimizer';
      expect(tool).toBe(content === undefined ? 'replace' : 'write_file');
      if (content === undefined) expect(result[key].split(old!)).toHaveLength(2);
      result[key] = content ?? result[key].replace(old!, () => by!);
    }
    expect(result).toEqual(target);
  }
  expect(JSON.stringify(editCalls(from, small)).length).toBeLessThan(300);
});

it('prices each request by itself, and with another share of the cache where one is given', () => {
  const tokens = {
    input: 1000,
    output: 2000,
    cacheRead: 90_000,
    cacheWrite: 9000,
    cacheWriteHour: 500,
  };
  const measured = { tools: 0, system: 0, document: 0, conversation: 0, tokens };
  const asked: Asked[] = [
    { by: 'researcher', measured },
    { by: 'critic', measured },
  ];
  const billFor = (model: string, cached: number | null) =>
    billsOf(asked, { rolesModel: 'claude-haiku-4-5', cached }).find(
      (bill) => bill.model === model,
    )!;
  const opus = billFor('claude-opus-5', null);
  const dollars = (1000 * 5 + 2000 * 25 + 90_000 * 0.5 + 9000 * 6.25 + 500 * 10) / 1e6;
  expect(opus.researcher).toBeCloseTo(dollars);
  expect(opus.critic).toBeCloseTo(dollars);
  expect(opus.director).toBe(0);
  expect(opus.cheaperRoles).toBeCloseTo(dollars / 5);
  // 100,500 tokens are more than this model reads at its first price.
  const haiku = billFor('claude-haiku-5-5', null);
  expect(haiku.researcher).toBeCloseTo(
    (1000 * 0.5 + 2000 * 2.5 + 90_000 * 0.05 + 9000 * 0.625 + 500 * 1) / 1e6,
  );
  const none = billFor('claude-opus-5', 0.5);
  expect(none.researcher).toBeCloseTo((2000 * 25 + 50_250 * 0.5 + 50_250 * 6.25) / 1e6);
});

it('counts by what a study of the history really took', async () => {
  const history = createJsonLinesHistory(folder);
  for (const event of logOf([{ mean: -0.1 }, { mean: 0.1 }]))
    await history.append('study-a', event);
  const tokens = {
    input: 0,
    output: 100_000,
    cacheRead: 800_000,
    cacheWrite: 200_000,
    cacheWriteHour: 0,
  };
  const models = [{ model: 'claude-opus-5', tokens, dollars: 4.15 }];
  const kept = { requests: 20, milliseconds: 1000, models };
  await createFileDesks(folder).save('study-a', 'meter', JSON.stringify(kept));
  const args = ['cost', '--study', 'study-a', '--history', folder];
  const { out } = await runCommand(...args, '--experiments', '10');
  expect(out).toContain(
    '2 experiments took 20 replies of claude-opus-5, 1.00M tokens sent (80% read',
  );
  const { output, cacheRead, cacheWrite } = PRICES['claude-opus-5']!;
  const once = 0.1 * output + 0.8 * cacheRead + 0.2 * cacheWrite;
  expect(out).toContain(`| \`claude-opus-5\` | ${(5 * once).toFixed(1)} |`);
  const other = await runCommand('cost', '--study', 'study-b', '--history', folder);
  expect(other).toMatchObject({ code: 2, err: expect.stringContaining('there are: study-a') });
});

it('says what it cannot do, and updates what lies between the marks', async () => {
  expect((await runCommand('cost', '--cached', '120')).err).toContain('up to 100');
  expect((await runCommand('cost', '--replies', 'many')).err).toContain(
    '--replies needs a positive',
  );
  const file = join(folder, 'doc.md');
  writeFileSync(file, `before\n${MARKS[0]}\nold\n${MARKS[1]}\nafter\n`);
  const { out } = await runCommand(
    'cost',
    '--experiments',
    '2',
    '--replies',
    '5',
    '--update',
    file,
  );
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/^before\n[\s\S]*\nafter\n$/);
  expect(between(text)).toBe(out.trim());
  expect(out).toContain('2 experiments, beginning with the program `gpt`');
  expect(out).toContain('- 5 replies of the researcher');
  writeFileSync(file, 'no marks');
  const lacking = await runCommand('cost', '--experiments', '1', '--update', file);
  expect(lacking).toMatchObject({ code: 2, err: expect.stringContaining('needs the marks') });
}, 60_000);
