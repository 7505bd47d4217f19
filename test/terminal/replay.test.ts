import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldStudy } from '../../src/agent/history/fold';
import { createJsonLinesHistory } from '../../src/agent/history/json-lines';
import { readRecording } from '../../src/agent/replay/file';
import { timelineOf } from '../../src/agent/replay/timeline';
import type { Study } from '../../src/agent/study';
import { runCommand } from './run-command';

const EXPERIMENTS = 2;
let folder: string;
let history: string;
let study: Study;
let printed: string;
const file = (name: string) => join(folder, name);
const replay = (...args: string[]) => runCommand('replay', ...args, '--history', history);
const lab = (...args: string[]) => runCommand('lab', ...args, '--history', history, '--json');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'loopy-replay-'));
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
  history = file('history');
  writeFileSync(file('poem.txt'), 'the cat sat on the mat. the dog sat on the log.\n'.repeat(200));
  const { code, out, json } = await lab(
    ...['--task', file('poem.txt'), '--device', 'wasm', '--tokens', '2000'],
    ...['--experiments', String(EXPERIMENTS)],
  );
  expect(code).toBe(0);
  study = json() as Study;
  printed = out.slice(0, out.indexOf('finished: '));
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const loaded = async (id: string) => foldStudy(await createJsonLinesHistory(history).events(id));
const verdicts = ({ experiments }: Study) =>
  experiments.map(({ title, verdict }) => [title, verdict]);

describe('npm run replay', () => {
  it('prints the lines of a study as they came', async () => {
    const { code, out } = await replay(study.id, '--speed', 'max');
    expect(code).toBe(0);
    expect(out).toBe(`${printed}finished: all ${EXPERIMENTS} experiments are done\n`);
  });

  it('takes its time, and stops where it is told to', async () => {
    const events = await createJsonLinesHistory(history).events(study.id);
    const { verdicts } = timelineOf(events);
    const started = performance.now();
    const { out } = await replay(study.id, '--speed', '3', '--until', '1');
    expect(performance.now() - started).toBeGreaterThanOrEqual(verdicts[1]!.time / 3);
    expect(out.match(/^#/gm)).toHaveLength(2);
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/^ {3}(keep|discard|inconclusive|crash): /);
    expect(printed.startsWith(out)).toBe(true);
  });

  it('branches off a study that comes to the same verdicts', { timeout: 240_000 }, async () => {
    const { code, out } = await replay(study.id, '--speed', 'max', '--until', '1', '--branch');
    expect(code).toBe(0);
    const id = /--resume (study-\w+)/.exec(out)![1]!;
    expect(out).toContain(`branched off: study ${id} has 2 experiments of ${study.id}`);
    expect(verdicts(await loaded(id))).toEqual(verdicts(study).slice(0, 2));
    const { json } = await lab('--resume', id, '--device', 'wasm', '--experiments', '2');
    expect(verdicts(json() as Study)).toEqual(verdicts(study));
  });

  it('records a study, and branches off the program of a recording', {
    timeout: 240_000,
  }, async () => {
    const recording = file('study.json.gz');
    const { out } = await replay(study.id, '--record', recording);
    const bytes = readFileSync(recording);
    expect(out).toBe(`written: ${recording}, ${bytes.length} bytes\n`);
    expect((await readRecording(Uint8Array.from(bytes))).study.experiments).toHaveLength(3);

    const played = await replay(recording, '--speed', 'max');
    expect(played.out.startsWith(printed)).toBe(true);
    const branched = await replay(recording, '--speed', 'max', '--branch', '--device', 'wasm');
    const branch = await loaded(/--resume (study-\w+)/.exec(branched.out)![1]!);
    const best = study.experiments.find(({ id }) => id === study.incumbent)!;
    expect(branch.experiments).toEqual([]);
    expect(branch.baseline).toEqual(best.program);
    expect(branch.insights[0]!.text).toContain(study.id);
  });

  it('proposes a recording again, with trials of its own', { timeout: 240_000 }, async () => {
    const again = ['--researcher', 'replay', '--of', study.id];
    const { code, json } = await lab(...again, '--device', 'wasm', '--tokens', '1000');
    expect(code).toBe(0);
    const second = json() as Study;
    expect(second.id).not.toBe(study.id);
    expect(second.task).toEqual({ ...study.task, budget: { unit: 'tokens', amount: 1000 } });
    expect(second.experiments.map(({ program }) => program)).toEqual(
      study.experiments.map(({ program }) => program),
    );
    expect(second.experiments[1]!.researcher).toBe('replay');
  });

  it.each([
    [['replay'], /npm run replay/],
    [['replay', 'study-nowhere'], /there is no study study-nowhere here; there are: study-/],
    [['replay', 'SELF', '--speed', 'fast'], /--speed needs a positive number/],
    [['replay', 'SELF', '--until', '99'], /--until 99: verdicts were given up to experiment 2/],
    [['replay', 'POEM'], /no file .*with a study.*not JSON/],
    [['lab', '--researcher', 'replay'], /--researcher replay needs --of/],
    [['lab', '--of', 'SELF'], /--of goes with --researcher replay/],
    [
      ['lab', '--researcher', 'replay', '--of', 'SELF', '--task', 'names'],
      /--task is the recorded/,
    ],
  ])('answers %j with words, not with a stack', async (args, message) => {
    const real = args.map((arg) =>
      arg === 'SELF' ? study.id : arg === 'POEM' ? file('poem.txt') : arg,
    );
    const { code, err } = await runCommand(...real, '--history', history);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toContain('    at ');
  });

  it('says what is malformed in a recording, and where', async () => {
    const path = file('bad.json.gz');
    await replay(study.id, '--record', path);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length / 2));
    const cut = await replay(path);
    expect([cut.code, cut.err]).toEqual([2, expect.stringMatching(/cannot be unpacked/)]);
    writeFileSync(path, '{"format":"loopy-study","version":"1","events":[{"type":"boom"}]}');
    const wrong = await replay(path);
    expect([wrong.code, wrong.err]).toEqual([
      2,
      expect.stringMatching(/study\.events\[0\]\.type must be one of/),
    ]);
  });
});
