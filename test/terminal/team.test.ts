import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { call, type Script } from '../standin/reply';
import { STAND_IN_KEY, type StandIn, startStandIn } from '../standin/server';
import { runCommand } from './run-command';

/** Each conversation has another rate; the critic and the director answer in their own words. */
const script: Script = ({ body, conversation, turn }) => {
  const tools = new Set((body.tools ?? []).map((tool) => ('name' in tool ? tool.name : '')));
  if (tools.has('set_directions')) {
    const directions = ['Try the rate.', 'Try the width.'].map((direction) => ({
      direction,
      family: 'other',
    }));
    return [call('set_directions', { directions })];
  }
  if (tools.has('judge')) {
    return body.messages.at(-1)!.role === 'user' && JSON.stringify(body.messages).includes('judge')
      ? [call('judge', { decision: 'go', ground: 'none', reason: 'a plain idea' })]
      : [call('write_insight', { insight: 'The rate matters.', experiments: [] })];
  }
  const rate = `0.0${conversation + 1}`;
  return [
    [
      call('replace', {
        file: 'optimizer.ts',
        old: 'const learningRate = 0.01;',
        new: `const learningRate = ${rate};`,
      }),
    ],
    [call('propose', { title: `rate ${rate}`, hypothesis: 'Faster.', kind: 'learning-rate' })],
  ][turn]!;
};

let folder: string;
let standIn: StandIn;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'loopy-team-'));
  writeFileSync(join(folder, 'poem.txt'), 'the cat sat on the mat. a dog sat there.\n'.repeat(300));
  standIn = await startStandIn({ script });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await standIn.close();
  rmSync(folder, { recursive: true, force: true });
});

const lab = (...more: string[]) =>
  runCommand(
    ...['lab', '--task', join(folder, 'poem.txt'), '--device', 'cpu', '--tokens', '2000'],
    ...['--history', join(folder, 'history'), '--base-url', standIn.url, ...more],
  );

it('runs a study with two of claude, a critic and a director, and says who did what', {
  timeout: 180_000,
}, async () => {
  vi.stubEnv('ANTHROPIC_API_KEY', STAND_IN_KEY);
  const { code, out } = await lab(
    ...['--researchers', '2', '--critic', '--director', '--experiments', '2'],
    ...['--roles-model', 'claude-haiku-4-5'],
  );
  const models = standIn.requests.flatMap(({ body }) => {
    const tools = (body?.tools ?? []).map((tool) => ('name' in tool ? tool.name : ''));
    return body ? [`${tools.includes('propose') ? 'researcher' : 'role'}: ${body.model}`] : [];
  });
  expect([...new Set(models)].sort()).toEqual([
    'researcher: claude-sonnet-5-5',
    'role: claude-haiku-4-5',
  ]);
  expect(standIn.violations).toEqual([]);
  expect(code).toBe(0);
  expect(out).toContain('claude-1: propose');
  expect(out).toContain('claude-2: propose');
  expect(out).toMatch(/#1 rate [\d.]+: Faster\. \(claude-[12]\)/);
  expect(out).toMatch(/#2 rate [\d.]+: Faster\. \(claude-[12]\)/);
  expect(out).toContain('directions: Try the rate.');
  expect(out).toMatch(/critic on claude-[12]'s proposal-1 .*a plain idea/);
  expect(out).toMatch(/claude: \d+ replies/);
});

it('goes on with the local researcher when the key is gone, where that was asked for', {
  timeout: 180_000,
}, async () => {
  vi.stubEnv('ANTHROPIC_API_KEY', STAND_IN_KEY);
  standIn.revokeKeys();
  const { code, out } = await lab('--fallback', 'local', '--experiments', '1');
  expect(code).toBe(0);
  expect(out).toMatch(/claude-1 ended: /);
  expect(out).toMatch(/#1 .* \(local\)/);
});

it.each([
  [['--researchers', '0'], /--researchers needs a positive number/],
  [['--researchers', '40'], /takes 1 to 16/],
  [['--researcher', 'random', '--critic'], /leave out --researcher random/],
  [['--fallback', 'random'], /--fallback knows local alone/],
  [['--roles-model', 'claude-haiku-4-5'], /add --critic or --director/],
])('refuses %j in words', async (options, words) => {
  vi.stubEnv('ANTHROPIC_API_KEY', STAND_IN_KEY);
  const { code, err } = await lab(...options);
  expect(code).not.toBe(0);
  expect(err).toMatch(words);
});
