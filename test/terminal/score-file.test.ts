import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrialRequest, TrialResult } from '../../src/model/harness/trial';
import { scoreFile } from '../../src/terminal/score-file';
import { BASELINE, crashed, finished } from '../agent/fixtures';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loopy-scores-'));
  file = join(folder, 'scores.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const request = (change: Partial<TrialRequest> = {}): TrialRequest => ({
  id: 'a',
  program: BASELINE,
  seed: 1,
  budget: { unit: 'steps', amount: 10 },
  ...change,
});

/** The scores of a file, and the trials that had to be run. */
function opened(
  path: string | undefined,
  { about = { task: 't', device: 'd' }, results = [finished(2)] as readonly TrialResult[] } = {},
) {
  const ran: string[] = [];
  const score = scoreFile(path, about, async ({ id }) => {
    ran.push(id);
    return results[Math.min(ran.length, results.length) - 1]!;
  });
  return { score, ran };
}

describe('scores of trials, kept in a file', () => {
  it('are not asked of a trial that was run before, by this process or another', async () => {
    const first = opened(file);
    expect([await first.score(request()), await first.score(request({ id: 'b' }))]).toEqual([2, 2]);
    expect(first.ran).toEqual(['a']);
    const second = opened(file);
    expect(await second.score(request({ id: 'c' }))).toBe(2);
    expect(second.ran).toEqual([]);
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(1);
  });

  it('are of one task, device, program, seed and budget', async () => {
    await opened(file).score(request());
    const others = [
      request({ id: 'seed', seed: 2 }),
      request({ id: 'budget', budget: { unit: 'steps', amount: 11 } }),
      request({ id: 'program', program: { ...BASELINE, optimizer: 'other' } }),
    ];
    const { score, ran } = opened(file);
    for (const other of others) await score(other);
    expect(ran).toEqual(['seed', 'budget', 'program']);
    for (const about of [
      { task: 'other', device: 'd' },
      { task: 't', device: 'other' },
    ]) {
      const elsewhere = opened(file, { about });
      await elsewhere.score(request());
      expect(elsewhere.ran).toHaveLength(1);
    }
  });

  it('tell a crash', async () => {
    expect(await opened(file, { results: [crashed] }).score(request())).toBeNull();
    const again = opened(file);
    expect([await again.score(request()), again.ran]).toEqual([null, []]);
  });

  it('are none of a disturbed trial: it runs again, and not for ever', async () => {
    const disturbed: TrialResult = { status: 'void', reason: 'the device was lost' };
    expect(await opened(file, { results: [disturbed, finished(2)] }).score(request())).toBe(2);
    const lost = opened(undefined, { results: [disturbed] });
    await expect(lost.score(request())).rejects.toThrow(/a was disturbed: the device was lost/);
  });

  it('survive a torn last line', async () => {
    await opened(file).score(request());
    appendFileSync(file, '{"trial": "to');
    const { score, ran } = opened(file);
    await score(request());
    await score(request({ id: 'b', seed: 2 }));
    expect(ran).toEqual(['b']);
    const third = opened(file);
    await third.score(request({ seed: 2 }));
    expect(third.ran).toEqual([]);
  });

  it.each([
    ['{"trial": "x"}\n', /scores\.jsonl does not hold scores.*line 1\.score must be a number/],
    ['{"trial": "x", "score": 1}\nnot JSON\n{}\n', /scores\.jsonl does not hold.*line 2: /],
    ['{"trial": "x", "score": "low"}\n{"torn', /line 1\.score/],
  ])('are not read from a file that holds something else: %j', (text, message) => {
    writeFileSync(file, text);
    expect(() => opened(file)).toThrow(message);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
