import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { foldStudy } from '../../src/agent/history/fold';
import { createJsonLinesHistory } from '../../src/agent/history/json-lines';
import { call, say } from '../standin/reply';
import { STAND_IN_KEY, type StandIn, startStandIn } from '../standin/server';

let folder: string;
let standIn: StandIn;
/** Resolves when the model is in the middle of its third reply, which then never comes. */
let thinking: Promise<void>;
let killed = false;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'loopy-killed-'));
  writeFileSync(join(folder, 'poem.txt'), 'the cat sat on the mat. a dog sat there.\n'.repeat(300));
  let reached!: () => void;
  thinking = new Promise((resolve) => {
    reached = resolve;
  });
  const rate = 'const learningRate = 0.01;';
  const turns = [
    [call('replace', { file: 'optimizer.ts', old: rate, new: rate.replace('0.01', "'0.02'") })],
    [call('check', {})],
    [call('replace', { file: 'optimizer.ts', old: "'0.02'", new: '0.02' })],
    [call('propose', { title: 'rate 0.02', hypothesis: 'Faster.', kind: 'learning-rate' })],
  ];
  standIn = await startStandIn({
    script: async ({ turn, results }) => {
      if (turn === 2) expect(results[0]?.text).toMatch(/It fails \(types\) at optimizer\.ts:\d+/);
      if (turn === 2 && !killed) {
        reached();
        await new Promise((resolve) => setTimeout(resolve, 3_600_000).unref());
        return [say('too late')];
      }
      return turns[turn]!;
    },
  });
});
afterEach(async () => {
  await standIn.close();
  rmSync(folder, { recursive: true, force: true });
});

function lab(...more: string[]): { child: ChildProcess; ended: Promise<unknown[]>; out: string[] } {
  const child = spawn(
    process.execPath,
    [
      ...['scripts/command.mjs', 'lab', '--researcher', 'claude', '--base-url', standIn.url],
      ...['--task', join(folder, 'poem.txt'), '--device', 'cpu', '--tokens', '3000'],
      ...['--experiments', '1', '--history', join(folder, 'history'), ...more],
    ],
    {
      // A process group of its own: the command may begin itself anew, and a kill must reach both.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ANTHROPIC_API_KEY: STAND_IN_KEY,
        XDG_CACHE_HOME: join(folder, 'cache'),
      },
    },
  );
  const out: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream!.on('data', (text) => out.push(text));
  return { child, ended: once(child, 'exit'), out };
}

it('a terminal that is killed while the model replies goes on in the same conversation', {
  timeout: 600_000,
}, async () => {
  const first = lab();
  await Promise.race([
    thinking,
    first.ended.then(() => expect.fail(`it ended by itself: ${first.out.join('')}`)),
  ]);
  process.kill(-first.child.pid!, 'SIGKILL');
  await first.ended;
  killed = true;

  const history = createJsonLinesHistory(join(folder, 'history'));
  const [entry] = await history.studies();
  const second = lab('--resume', entry!.id);
  expect(await second.ended, second.out.join('')).toEqual([0, null]);
  const study = foldStudy(await history.events(entry!.id));
  expect(study.experiments.map(({ title }) => title)).toEqual(['baseline', 'rate 0.02']);
  expect(study.experiments[1]?.verdict).not.toBeNull();
  expect(study.experiments[1]?.program.optimizer).toContain('learningRate = 0.02;');

  // Two replies before, the one that never came, and two after: one conversation, and a meter that counts on.
  expect(standIn.requests.flatMap((each) => each.conversation ?? [])).toEqual([1, 1, 1, 1, 1]);
  expect(standIn.violations).toEqual([]);
  expect(second.out.join('')).toContain('goes on after 2 replies of an earlier run');
  expect(second.out.join('')).toContain('claude: 4 replies');

  const files = readdirSync(join(folder, 'history'), { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
  expect(files.length).toBeGreaterThanOrEqual(3);
  const written = files.map((file) => readFileSync(file, 'utf8')).join('');
  expect(written + first.out.join('') + second.out.join('')).not.toContain(STAND_IN_KEY);
});
