import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { foldStudy } from '../../src/agent/history/fold';
import { createJsonLinesHistory } from '../../src/agent/history/json-lines';
import type { Study } from '../../src/agent/study';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'loopy-resume-'));
  writeFileSync(join(folder, 'poem.txt'), 'the cat sat on the mat. a dog sat there.\n'.repeat(300));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const EXPERIMENTS = 2;

/** `npm run lab` in a process of its own, on a budget of tokens. */
function lab(history: string, ...more: string[]) {
  const child = spawn(
    process.execPath,
    [
      'scripts/command.mjs',
      'lab',
      ...['--task', join(folder, 'poem.txt'), '--device', 'cpu', '--tokens', '3000'],
      ...['--experiments', String(EXPERIMENTS), '--history', history, ...more],
    ],
    {
      // A process group of its own: the command may begin itself anew, and a kill must reach both.
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') },
    },
  );
  return { child, ended: once(child, 'exit') };
}

function logIn(history: string): string {
  const [name] = existsSync(history) ? readdirSync(history) : [];
  return name ? readFileSync(join(history, name), 'utf8') : '';
}

/** The lab, killed without a word as soon as a trial of that experiment has begun. */
async function killedIn(experiment: string, history: string, ...more: string[]): Promise<void> {
  const { child, ended } = lab(history, ...more);
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  const begun = `"experiment":"${experiment}","trial":`;
  while (!gone && !logIn(history).includes(begun)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(gone).toBe(false);
  process.kill(-child.pid!, 'SIGKILL');
  await ended;
}

async function studyIn(history: string): Promise<Study> {
  const kept = createJsonLinesHistory(history);
  const [entry] = await kept.studies();
  return foldStudy(await kept.events(entry!.id));
}

/** What must not depend on interruptions: everything but times. */
const outcome = ({ experiments }: Study) =>
  experiments.map(({ title, program, trials, verdict }) => ({
    title,
    program,
    verdict,
    trials: trials.map(({ id, seed, result }) => ({
      id,
      seed,
      valBpb: result.status === 'finished' ? result.summary.valBpb : result.status,
    })),
  }));

it('a study killed in the middle of experiments ends with the verdicts of one that was not', {
  timeout: 600_000,
}, async () => {
  const [killed, whole] = [join(folder, 'killed'), join(folder, 'whole')];
  await killedIn('1', killed);
  const { id, inFlight, experiments } = await studyIn(killed);
  expect(inFlight?.experiment).toBe('1');
  expect(experiments[1]?.verdict).toBeNull();
  await killedIn('2', killed, '--resume', id);
  expect((await studyIn(killed)).inFlight?.experiment).toBe('2');
  const [code] = await lab(killed, '--resume', id).ended;
  expect(code).toBe(0);

  // The same study, from nothing but its creation: its name decides its seeds and its proposals.
  const created = logIn(killed).split('\n')[0]!;
  mkdirSync(whole);
  writeFileSync(join(whole, `${id}.jsonl`), `${created}\n`);
  expect((await lab(whole, '--resume', id).ended)[0]).toBe(0);

  const [one, other] = [await studyIn(killed), await studyIn(whole)];
  expect(logIn(killed).match(/"study-resumed"/g)).toHaveLength(2);
  expect(outcome(one)).toEqual(outcome(other));
  expect(one.incumbent).toBe(other.incumbent);
  expect(one.experiments).toHaveLength(EXPERIMENTS + 1);
  expect(one.experiments.every(({ verdict }) => verdict)).toBe(true);
});
