import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { call } from '../standin/reply';
import { STAND_IN_KEY, type StandIn, startStandIn } from '../standin/server';
import { runCommand } from './run-command';

let folder: string;
let standIn: StandIn;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'loopy-claude-'));
  writeFileSync(join(folder, 'poem.txt'), 'the cat sat on the mat. a dog sat there.\n'.repeat(300));
  standIn = await startStandIn({
    script: ({ turn, results }) => {
      const said = results[0]?.text ?? '';
      if (turn === 2) expect(said).toMatch(/It fails .* at optimizer\.ts:\d+/);
      if (turn === 4) expect(said).toContain('steps in the budget: about');
      return [
        [
          call('replace', {
            file: 'optimizer.ts',
            old: 'const learningRate = 0.01;',
            new: 'const learningRate = fast(0.02);',
          }),
        ],
        [call('check', {})],
        [call('replace', { file: 'optimizer.ts', old: 'fast(0.02)', new: '0.02' })],
        [call('check', {})],
        [call('probe', { percent: 10 })],
        [call('note_insight', { text: 'The rate is a plain number.', experiments: ['0'] })],
        [call('propose', { title: 'rate 0.02', hypothesis: 'Faster.', kind: 'learning-rate' })],
      ][turn]!;
    },
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await standIn.close();
  rmSync(folder, { recursive: true, force: true });
});

const lab = (...more: string[]) =>
  runCommand(
    ...['lab', '--researcher', 'claude', '--task', join(folder, 'poem.txt'), '--device', 'cpu'],
    ...['--tokens', '3000', '--experiments', '1', '--history', join(folder, 'history'), ...more],
  );

it('runs a study with a real program, and shows what it cost and never the key', {
  timeout: 180_000,
}, async () => {
  vi.stubEnv('ANTHROPIC_API_KEY', STAND_IN_KEY);
  const { code, out, err } = await lab('--base-url', standIn.url, '--max-cost', '1');
  expect(standIn.scriptErrors).toEqual([]);
  expect(standIn.violations).toEqual([]);
  expect(code).toBe(0);
  expect(out).toContain('#1 rate 0.02: Faster.');
  expect(out).toContain('claude: check: turned down');
  expect(out).toContain('noted: The rate is a plain number.');
  expect(out).toMatch(
    /claude: 7 replies, \d+ tokens sent \(\d+% read from the cache\).*\$0\.\d{4}/,
  );
  const [log] = readdirSync(join(folder, 'history'));
  expect(out + err + readFileSync(join(folder, 'history', log!), 'utf8')).not.toContain(
    STAND_IN_KEY,
  );
});

it('says what is missing without a key', async () => {
  vi.stubEnv('ANTHROPIC_API_KEY', '');
  const { code, err } = await lab();
  expect(code).not.toBe(0);
  expect(err).toContain('set ANTHROPIC_API_KEY');
});
