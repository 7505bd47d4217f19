import { describe, expect, it } from 'vitest';
import { foldStudy } from '../../../src/agent/history/fold';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import { chanceOf } from '../../../src/agent/loop/seeds';
import { copyBranch, programBranch, settledAt, writeLog } from '../../../src/agent/replay/branch';
import { createLocalResearcher } from '../../../src/agent/researchers/local';
import type { Study, StudyEvent } from '../../../src/agent/study';
import { PRESETS } from '../../../src/model/programs';
import { TASK, wholeLog } from '../fixtures';
import { dyingHistory, run } from '../loop/world';
import { LandscapeRunner } from '../researchers/landscape';

const EXPERIMENTS = 14;
const TOKENS = { ...TASK, budget: { unit: 'tokens', amount: 4000 } } as const;
const world = () => ({
  runner: new LandscapeRunner(),
  researcher: createLocalResearcher(),
  limits: { experiments: EXPERIMENTS },
});

/** A study of the local researcher in a made-up world, with its log. */
let made: ReturnType<typeof makeOrigin> | undefined;
const origin = () => {
  made ??= makeOrigin();
  return made;
};

async function makeOrigin(): Promise<{ study: Study; events: readonly StudyEvent[] }> {
  const history = createMemoryHistory();
  const baseline = PRESETS[0].source;
  const asked = { id: 'study-o', task: TOKENS, taskId: 'abc', baseline, brief: 'Prefer width.' };
  const study = await run({ ...world(), history, study: asked });
  return { study, events: await history.events('study-o') };
}

/** All that an experiment is, but its times and the names of its trials. */
const decided = (study: Study) =>
  study.experiments.map(({ startedAt: _, endedAt: __, trials, ...experiment }) => ({
    ...experiment,
    trials: trials.map(({ seed, result }) => ({ seed, result })),
  }));

describe('a branch on the same device', () => {
  it('comes to the verdicts of its origin, wherever it began', async () => {
    const { study: whole, events } = await origin();
    const kept = whole.experiments.filter(({ verdict }) => verdict?.decision === 'keep');
    expect(kept.length).toBeGreaterThan(2);
    expect(whole.experiments).toHaveLength(EXPERIMENTS + 1);
    for (let position = 1; position <= events.length; position += 9) {
      const id = `study-b${position}`;
      const history = createMemoryHistory();
      await writeLog(history, copyBranch(events, position, { id, at: 5e9 }));
      const copied = await history.events(id);
      const before = foldStudy(copied);
      expect(before.inFlight).toBeNull();
      expect(before.createdAt).toBe(5e9);
      expect(before.origin).toEqual({
        study: 'study-o',
        device: 'cpu',
        experiment: before.incumbent,
        seeds: 'study-o',
      });
      const after = await run({ ...world(), history, study: id });
      expect(after.id).toBe(id);
      expect(decided(after)).toEqual(decided(whole));
      // What was copied stays as it was, and what is new has names of its own.
      const log = await history.events(id);
      expect(log.slice(1, copied.length)).toEqual(events.slice(1, copied.length));
      const fresh = log.slice(copied.length).flatMap((e) => ('trial' in e ? [e.trial] : []));
      expect(fresh.every((trial) => trial.startsWith(`${id}.`))).toBe(true);
    }
  });

  it('of a branch keeps the seeds of the first', async () => {
    const { events } = await origin();
    const first = copyBranch(events, events.length, { id: 'study-b', at: 1 });
    const second = foldStudy(copyBranch(first, first.length, { id: 'study-c', at: 2 }));
    expect(second.origin).toMatchObject({ study: 'study-b', seeds: 'study-o' });
    expect(chanceOf(second)).toBe('study-o');
  });

  it('takes over nothing that was half done, and no follow-ups', async () => {
    const { events } = await origin();
    for (let position = 1; position <= events.length; position++) {
      const settled = settledAt(events, position);
      expect(settled).toBeLessThanOrEqual(position);
      const study = foldStudy(events.slice(0, settled));
      expect(study.inFlight).toBeNull();
      expect(study.experiments.every((e) => e.verdict || e.trials.length === 0)).toBe(true);
    }
    expect(settledAt(events, events.length)).toBe(events.length);
    const plan = {
      kind: 'transfer' as const,
      seeds: [1],
      arms: [],
      comparisons: [],
      scoreTest: true,
      notes: [],
    };
    const followed: StudyEvent[] = [
      ...wholeLog(),
      { type: 'follow-up-started', at: 99, followUp: 'transfer 1', plan },
    ];
    const branch = foldStudy(copyBranch(followed, followed.length, { id: 'study-b', at: 100 }));
    expect(branch.followUps).toEqual([]);
    expect(branch.insights).toHaveLength(1);
    expect(branch.brief).toBe('# Brief\n\nPrefer small steps.');
  });

  it('is written whole or not at all', async () => {
    const { events } = await origin();
    const history = createMemoryHistory();
    const branch = copyBranch(events, 20, { id: 'study-b', at: 1 });
    await expect(writeLog(dyingHistory(history, 9, 'after'), branch)).rejects.toThrow('killed');
    expect(await history.studies()).toEqual([]);
  });
});

describe('a branch on another device', () => {
  it('begins with the program that was the best then, on seeds of its own', async () => {
    const { study: whole, events } = await origin();
    const third = events.findIndex((e) => e.type === 'verdict' && e.experiment === '3');
    const options = { id: 'study-p', at: 5e9, device: 'wasm', taskId: 'abd' };
    const best = foldStudy(events.slice(0, third + 1)).incumbent!;
    expect(Number(best)).toBeGreaterThan(0);
    const history = createMemoryHistory();
    await writeLog(history, programBranch(events, third + 1, options));
    const study = foldStudy(await history.events('study-p'));
    expect(study).toMatchObject({
      id: 'study-p',
      device: 'wasm',
      taskId: 'abd',
      task: TOKENS,
      brief: 'Prefer width.',
      experiments: [],
      baseline: whole.experiments.find(({ id }) => id === best)!.program,
      origin: { study: 'study-o', device: 'cpu', experiment: best },
    });
    expect(chanceOf(study)).toBe('study-p');
    expect(study.insights).toEqual([
      {
        author: 'replay',
        experiments: [],
        text: expect.stringMatching(
          new RegExp(`experiment ${best} \\(.*study-o, begun on 1970-01-01 on cpu\\. Scores of`),
        ),
      },
    ]);
    const limits = { experiments: 1 };
    const after = await run({ ...world(), limits, history, device: 'wasm', study: 'study-p' });
    expect(after.experiments).toHaveLength(2);
    expect(after.experiments[0]!.verdict!.ground).toBe('baseline');
    const seeds = new Set(whole.experiments.flatMap((e) => e.trials.map(({ seed }) => seed)));
    const own = after.experiments.flatMap((e) => e.trials.map(({ seed }) => seed));
    expect(own.some((seed) => seeds.has(seed))).toBe(false);
  });

  it('begins with the first program where nothing was better yet', async () => {
    const { study, events } = await origin();
    const options = { id: 'study-p', at: 5, device: 'wasm', taskId: 'abd' };
    for (const position of [1, 2, 3]) {
      const log = programBranch(events, position, options);
      expect(foldStudy(log).baseline).toEqual(study.baseline);
      expect(foldStudy(log).origin!.experiment).toBeNull();
    }
  });
});
