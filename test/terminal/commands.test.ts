import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJsonLinesHistory } from '../../src/agent/history/json-lines';
import type { Study } from '../../src/agent/study';
import type { PlanSummary } from '../../src/kernels/devices/device';
import type { Bounds } from '../../src/kernels/plan/bounds';
import type { ParityReport } from '../../src/model/harness/parity';
import type { TrialResult } from '../../src/model/harness/trial';
import { runCommand } from './run-command';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'loopy-terminal-'));
  // Corpora of these tests are kept apart from a person's own.
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
  writeFileSync(file('poem.txt'), 'the cat sat on the mat. the dog sat on the log.\n'.repeat(200));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);
const quick = () => ['--task', file('poem.txt'), '--device', 'cpu', '--steps', '8'];

describe('npm run trial', () => {
  it('prints a summary that scripts can read, and ends in JSON when asked', async () => {
    const { code, out, err, json } = await runCommand('trial', ...quick(), '--json');
    expect(code).toBe(0);
    expect(out).toMatch(/^val_bpb: +\d\.\d{6}$/m);
    expect(out).toMatch(/^steps: +8$/m);
    expect(err).toContain('100%');
    const result = json() as TrialResult;
    expect(result.status === 'finished' && result.summary.steps).toBe(8);
  });

  it('says what is wrong with a program, and where', async () => {
    writeFileSync(file('model.ts'), 'export function init() { return {}; }\nconst x = ;\n');
    writeFileSync(file('optimizer.ts'), 'export const batch = 1;\n');
    const { code, err } = await runCommand('trial', '--program', folder, ...quick());
    expect(code).toBe(1);
    expect(err).toMatch(/crash \(syntax\): model\.ts:2/);
  });

  it.each([
    [['--program', 'nowhere'], /no program nowhere.*microgpt/],
    [['--task', 'nowhere'], /no task and no file named nowhere.*builtin/],
    [['--device', 'abacus'], /no device abacus.*cpu/],
    [['--seconds', 'ten'], /--seconds needs a positive number/],
    [['--seconds', '1', '--steps', '2'], /one budget/],
    [['--precision', 'f8'], /no precision f8.*f32, f16/],
    [['--sceonds', '1'], /sceonds/],
    [['--help'], /npm run trial/],
  ])('answers %j with words, not with a stack', async (args, message) => {
    const { code, err } = await runCommand('trial', ...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toContain('    at ');
  });

  it('lists the commands when it does not know one', async () => {
    const { code, err } = await runCommand('dance');
    expect(code).toBe(2);
    expect(err).toMatch(/dance.*trial.*lab.*parity/);
  });
});

describe('npm run plan', () => {
  it('lists the launches of a step on both planners, and the bounds', async () => {
    const { code, out, json } = await runCommand('plan', '--task', file('poem.txt'), '--json');
    expect(code).toBe(0);
    const { plans } = json() as {
      plans: { device: string; plan: PlanSummary; bounds: Bounds }[];
    };
    expect(plans.map(({ device }) => device)).toEqual(['webgpu', 'wasm']);
    for (const { plan, bounds } of plans) {
      expect(plan.steps).toHaveLength(plan.launches);
      expect(out).toContain(`${plan.launches} launches`);
      expect(bounds.leastTraffic).toBeLessThan(bounds.productTraffic);
      expect(bounds.productTraffic).toBeLessThan(plan.bytesMoved);
      expect(plan.aliveBytes).toBeLessThanOrEqual(plan.scratchBytes);
      expect(plan.aliveBytes).toBeLessThan(bounds.leastMemory);
    }
  });

  it('refuses a device that plans nothing', async () => {
    const { code, err } = await runCommand('plan', '--device', 'cpu');
    expect(code).toBe(2);
    expect(err).toMatch(/no planner for cpu.*webgpu, wasm/);
  });
});

describe('npm run lab', () => {
  it('runs a study, writes its table, and goes on where it ended', {
    timeout: 120_000,
  }, async () => {
    const options = [
      ...quick(),
      '--history',
      file('studies'),
      '--out',
      file('results.tsv'),
      '--json',
    ];
    writeFileSync(file('program.md'), 'Prefer short programs.\navoid: size, atention');
    const brief = ['--brief', file('program.md')];
    const first = await runCommand('lab', ...options, ...brief, '--experiments', '2');
    expect(first.code).toBe(0);
    const study = first.json() as Study;
    expect(study.experiments).toHaveLength(3);
    expect(study.brief).toBe('Prefer short programs.\navoid: size, atention');
    const passedOver = 'the local researcher does not understand';
    expect(first.out).toContain(`${passedOver} this line of the brief: Prefer short programs.`);
    expect(first.out).toContain(`${passedOver} atention in this line of the brief: avoid: size`);
    for (const { verdict } of study.experiments) {
      expect(verdict?.reason).toMatch(/\d/);
      expect(first.out).toContain(`${verdict!.decision}: ${verdict!.reason}`);
    }

    const rows = readFileSync(file('results.tsv'), 'utf8').trimEnd().split('\n');
    expect(rows[0]).toMatch(/^id\tval_bpb\tmemory\tstatus\tdescription\t/);
    expect(rows).toHaveLength(4);

    writeFileSync(file('program.md'), 'Prefer long ones.');
    const going = ['--resume', study.id, ...options, ...brief, '--experiments', '3'];
    const more = await runCommand('lab', ...going);
    expect(more.code).toBe(0);
    const resumed = more.json() as Study;
    expect(resumed.brief).toBe('Prefer long ones.');
    expect(resumed.experiments).toHaveLength(4);
    // What was decided stands; an incumbent may have been given further seeds to be compared on.
    study.experiments.forEach(({ verdict, trials }, i) => {
      expect(resumed.experiments[i]!.verdict).toEqual(verdict);
      expect(resumed.experiments[i]!.trials.slice(0, trials.length)).toEqual(trials);
    });
  });

  it('writes a report of a study, as HTML and as Markdown', { timeout: 60_000 }, async () => {
    const folder = ['--history', file('studies')];
    const [study] = await createJsonLinesHistory(file('studies')).studies();
    const { id } = study!;
    const page = await runCommand('report', id, ...folder, '--out', file('a.html'), '--beside', id);
    expect(page.out).toBe(`written: ${file('a.html')}\n`);
    expect(readFileSync(file('a.html'), 'utf8')).toMatch(/^<!doctype html>[\s\S]*trials spent/);
    await runCommand('report', id, ...folder, '--out', file('a.md'));
    expect(readFileSync(file('a.md'), 'utf8')).toContain('## Every experiment');

    const wrong = await runCommand('report', id, ...folder, '--out', file('a.pdf'));
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringMatching(/\.html or \.md/)]);
    writeFileSync(file('no-study.json'), '{}');
    const none = await runCommand('report', file('no-study.json'));
    expect(none.err).toMatch(/no-study\.json .*study\.format must be/);
    const absent = await runCommand('report', 'no/such/study.json');
    expect([absent.code, absent.err]).toEqual([2, expect.stringMatching(/cannot name a study/)]);
  });

  it('says what is wrong with a brief', async () => {
    const absent = await runCommand('lab', '--brief', file('none.md'));
    expect(absent.err).toMatch(/--brief needs a text file: .*none\.md/);
    writeFileSync(file('long.md'), 'x'.repeat(20_001));
    const long = await runCommand('lab', '--brief', file('long.md'));
    expect([absent.code, long.code]).toEqual([2, 2]);
    expect(long.err).toMatch(/20001 characters; 20000 are allowed/);
  });

  it('names the studies there are when it is asked for another', async () => {
    const { code, err } = await runCommand('lab', '--history', file('studies'), '--resume', 'none');
    expect(code).toBe(2);
    expect(err).toMatch(/no study none here; there are: study-/);
  });
});

describe('npm run follow', () => {
  it('says what it needs, and which studies there are', async () => {
    const bare = await runCommand('follow');
    expect(bare.code).toBe(2);
    expect(bare.err).toMatch(/npm run follow -- STUDY replication\|attribution\|transfer/);
    const unknown = await runCommand('follow', 'none', 'transfer', '--history', file('studies'));
    expect(unknown.code).toBe(2);
    expect(unknown.err).toMatch(/no study none here/);
  });
});

describe('npm run aa', () => {
  it('counts null candidates with drawn scores too, and ends in JSON', async () => {
    const { code, out, json } = await runCommand('aa', '--simulate', '60', '--json');
    expect([0, 1]).toContain(code);
    expect(out).toMatch(/^\d+ of 60 \(.*95% interval.*\) null candidates kept, in 1 studies$/m);
    const { candidates, kept } = json() as { candidates: number; kept: number };
    expect(candidates).toBe(60);
    expect(code).toBe(kept > 0.6 ? 1 : 0);
  });
});

const REFERENCE = resolve('../shared/data/microgpt-reference.json');

describe.skipIf(!existsSync(REFERENCE))(
  `npm run parity${existsSync(REFERENCE) ? '' : ' (skipped: the recorded run is not here)'}`,
  () => {
    it('holds on every device', { timeout: 120_000 }, async () => {
      const { code, out, json } = await runCommand('parity', REFERENCE, '--json');
      expect(code, out).toBe(0);
      const { reports } = json() as { reports: ParityReport[] };
      expect(reports.map(({ tolerance }) => tolerance)).toContain(1e-6);
      for (const { loss, gradients, tolerance } of reports) {
        expect(Object.keys(gradients)).toHaveLength(9);
        for (const error of [loss, ...Object.values(gradients)]) {
          expect(error).toBeLessThan(tolerance);
        }
      }
    });

    it('fails when the recorded run is another one', { timeout: 120_000 }, async () => {
      const recorded = JSON.parse(readFileSync(REFERENCE, 'utf8'));
      recorded.losses = recorded.losses.slice(0, 3);
      recorded.step0_gradients['layer0.attn_wq'][2][3] += 2e-4;
      writeFileSync(file('other.json'), JSON.stringify(recorded));
      const { code, out } = await runCommand('parity', file('other.json'));
      expect(code).toBe(1);
      expect(out).toMatch(/gradient of layer0\.attn_wq +2\.00e-4 +OVER/);
      expect(out).toMatch(/loss over 3 steps +\S+$/m);
    });
  },
);
