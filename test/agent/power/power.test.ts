import { describe, expect, it } from 'vitest';
import { findHelpful } from '../../../src/agent/power/find';
import { foundFile } from '../../../src/agent/power/found-file';
import { judge } from '../../../src/agent/power/judge';
import type { Edit } from '../../../src/agent/researchers/local';
import { TASK } from '../fixtures';
import { FakeRunner, fakeResult, scoring } from '../loop/world';

/** An edit whose program scores this many bits per byte. */
const edit = (kind: string, bpb: number | null): Edit => ({
  kind,
  family: 'optimizer',
  title: kind,
  apply: () => (bpb === null ? null : { title: kind, hypothesis: '', program: scoring(bpb) }),
});

const EDITS = [
  edit('good', 2.9),
  edit('bad', 3.1),
  edit('none', null),
  edit('same', 3.00001),
  edit('better', 2.8),
  edit('best', 2.5),
];

function find(wanted: number) {
  const trials: string[] = [];
  const tried: string[] = [];
  const found = findHelpful({
    program: scoring(3),
    edits: EDITS,
    budget: { unit: 'steps', amount: 1500 },
    wanted,
    seeds: 6,
    draws: 2,
    name: 'test',
    run: async (request) => {
      expect(request.budget).toEqual({ unit: 'steps', amount: 1500 });
      trials.push(request.id);
      return fakeResult(request);
    },
    onTried: (title, _, helps) => tried.push(`${title} ${helps}`),
  });
  return found.then((found) => ({ found, trials, tried }));
}

describe('the search for edits that help', () => {
  it('finds those whose gain is beyond luck, and tries no text twice, and drops losers early', async () => {
    const { found, tried, trials } = await find(10);
    expect(found.map(({ kind }) => kind).sort()).toEqual(['best', 'better', 'good']);
    for (const { differences, interval, mean } of found) {
      expect(differences).toHaveLength(6);
      expect(interval[0]).toBeLessThan(mean);
      expect(interval[1]).toBeLessThan(0);
    }
    expect(tried.filter((line) => line === 'bad false')).toHaveLength(1);
    expect(trials.filter((id) => id.includes('.bad.0.')).length).toBeLessThanOrEqual(2);
    // The original runs once on each seed.
    expect(trials.length).toBeLessThanOrEqual(6 + 3 * 6 + 2 + 6);
  });

  it('ends when it has enough', async () => {
    expect((await find(1)).found).toHaveLength(1);
  });

  it('is stored and read back', async () => {
    const { found } = await find(3);
    const file = { task: 't', device: 'cpu', program: scoring(3), found };
    expect(foundFile(JSON.parse(JSON.stringify(file)), 'file')).toEqual(file);
    expect(() => foundFile({ ...file, found: [{}] }, 'file')).toThrow(/file\.found\[0\]/);
  });
});

describe('the judgement of a known edit', () => {
  it('is the verdict of the real loop, with its cost', async () => {
    const { found } = await find(3);
    const runner = new FakeRunner();
    const study = { id: 'p-1', task: TASK, taskId: 't', baseline: scoring(3) };
    const judged = await judge(found.find(({ kind }) => kind === 'best')!, study, 'cpu', runner);
    expect(judged.verdict.decision).toBe('keep');
    expect(judged.trials).toBeGreaterThanOrEqual(1);
    const candidate = runner.ended.filter((id) => id.startsWith('p-1.1.'));
    expect(candidate).toHaveLength(judged.trials);
    // It was judged on seeds that it was not found on.
    for (const { seed } of found[0]!.differences) {
      expect(runner.ended.some((id) => id.endsWith(`.${seed}`))).toBe(false);
    }
  });
});
