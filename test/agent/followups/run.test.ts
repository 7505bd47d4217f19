import { describe, expect, it } from 'vitest';
import { progressOf } from '../../../src/agent/followups/next';
import { heldUp, latestFollowUp, resultsOf } from '../../../src/agent/followups/results';
import { describeFollowUp } from '../../../src/agent/followups/words';
import { foldStudy } from '../../../src/agent/history/fold';
import { studyEvent } from '../../../src/agent/history/format/event';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import type { History } from '../../../src/agent/study';
import { crashed } from '../fixtures';
import { dyingHistory, FakeRunner, run, scoring } from '../loop/world';
import { finishedStudy, follow, sealedResult } from './world';

const seedsOf = (study: Awaited<ReturnType<typeof run>>) =>
  new Set(study.experiments.flatMap(({ trials }) => trials.map(({ seed }) => seed)));

describe('a replication', () => {
  it('runs the chain of kept programs on seeds that the study never used, and the sealed test', async () => {
    const { history, study } = await finishedStudy();
    const runner = new FakeRunner(sealedResult);
    const entropy = { validation: 2, test: 2.05 };
    const after = await follow({ history, runner, entropy });
    const [followUp] = after.followUps;
    expect(followUp?.status).toBe('ended');
    expect(followUp?.plan.arms.map(({ id }) => id)).toEqual(['0', '1', '3']);
    expect(runner.ended).toHaveLength(30);
    expect(new Set(followUp?.plan.seeds).size).toBe(10);
    for (const seed of followUp!.plan.seeds) expect(seedsOf(study)).not.toContain(seed);

    const results = resultsOf(followUp!);
    const [whole, first, second] = results.comparisons;
    expect(whole).toMatchObject({ title: 'final against baseline', outcome: 'holds', clear: true });
    expect(whole!.mean).toBeCloseTo(-0.3, 2);
    expect(whole!.testMean).toBeCloseTo(whole!.mean!, 10);
    expect(first!.mean).toBeCloseTo(-0.1, 2);
    expect(second!.mean).toBeCloseTo(-0.2, 2);
    expect(heldUp(results)).toEqual({ held: 2, of: 2 });
    const [baseline] = results.arms;
    expect(baseline!.testBpb! - baseline!.valBpb!).toBeCloseTo(0.05);
    expect(results.closed.validation).toBeCloseTo(-whole!.mean! / (baseline!.valBpb! - 2));
    expect(results.closed.test).toBeCloseTo(results.closed.validation!, 10);
    expect(describeFollowUp(followUp!)).toMatch(/2 of 2 kept changes hold up\n.*closes 30%/);

    // The study itself is as it was.
    const { followUps, ...rest } = after;
    expect({ ...rest, followUps: [] }).toEqual(study);
  });

  it('opens the sealed test once: a second one has other seeds and says whose score stands', async () => {
    const { history } = await finishedStudy();
    await follow({ history, seeds: 2 });
    const scored: boolean[] = [];
    const runner = new FakeRunner((request) => {
      scored.push(request.scoreTest === true);
      return sealedResult(request);
    });
    const [first, second] = (await follow({ history, seeds: 2, runner })).followUps;
    expect(scored).toEqual(Array(6).fill(false));
    expect(second!.id).toBe('replication-2');
    expect(second!.plan.notes).toEqual([
      'The sealed test was scored once, by replication-1, and is not scored again.',
    ]);
    expect(first!.plan.seeds.filter((seed) => second!.plan.seeds.includes(seed))).toEqual([]);
  });

  it('lets a simpler program lose its margin, and no other', async () => {
    const { history } = await finishedStudy();
    const { followUps } = await follow({ history, seeds: 3 });
    const [{ plan, ...rest }] = followUps as [(typeof followUps)[0]];
    const comparisons = plan.comparisons.map((c) => ({ ...c, arm: c.against, against: c.arm }));
    const reversed = resultsOf({ ...rest, plan: { ...plan, comparisons } });
    expect(reversed.comparisons.map(({ outcome }) => outcome)).toEqual(Array(3).fill('fails'));
    const lenient = comparisons.map((c) => ({ ...c, margin: 0.15 }));
    const { comparisons: judged } = resultsOf({ ...rest, plan: { ...plan, comparisons: lenient } });
    expect(judged.map(({ outcome }) => outcome)).toEqual(['fails', 'holds', 'fails']);
  });

  it('gives up a program that crashes before it has a score, and says so', async () => {
    const { history } = await finishedStudy();
    const runner = new FakeRunner((request) =>
      request.id.includes('.1.') ? crashed : sealedResult(request),
    );
    const { followUps } = await follow({ history, seeds: 4, runner });
    expect(runner.ended.filter((id) => id.includes('.1.'))).toHaveLength(1);
    const { comparisons } = resultsOf(followUps[0]!);
    expect(comparisons.map(({ outcome }) => outcome)).toEqual(['holds', 'fails', 'open']);
    expect(comparisons[1]!.trouble).toMatch(/#1 .* crashed on seed \d+ \(exploded/);
    expect(progressOf(followUps[0]!)).toEqual({ done: 9, all: 9 });
  });
});

describe('a follow-up that is interrupted', () => {
  const whole = async () => {
    const { history } = await finishedStudy();
    const study = await follow({ history, seeds: 3 });
    return { trials: study.followUps[0]!.trials, length: (await history.events('study-1')).length };
  };
  const copyOf = async (from: History) => {
    const history = createMemoryHistory();
    for (const event of await from.events('study-1')) await history.append('study-1', event);
    return history;
  };

  it.each(['before', 'after'] as const)(
    '%s any append goes on to the same results',
    async (when) => {
      const { trials, length } = await whole();
      const { history: original } = await finishedStudy();
      const begun = (await original.events('study-1')).length;
      for (let n = 1; n <= length - begun; n++) {
        const history = await copyOf(original);
        const dying = dyingHistory(history, n, when);
        await expect(follow({ history: dying, seeds: 3 })).rejects.toThrow('killed');
        const runner = new FakeRunner(sealedResult);
        const lastDone = when === 'after' && n === length - begun;
        if (lastDone) continue; // it had ended: another would be a new one
        const study = await follow({ history, seeds: 3, runner });
        expect(study.followUps).toHaveLength(1);
        expect(study.followUps[0]).toMatchObject({ status: 'ended', trials });
        expect(runner.ended.length).toBeLessThanOrEqual(9);
      }
    },
  );

  it('pauses by hand and on trouble, and goes on', async () => {
    const { history } = await finishedStudy();
    const stop = new AbortController();
    const runner = new FakeRunner((request, call) => {
      if (call === 3) stop.abort();
      return sealedResult(request);
    });
    const paused = latestFollowUp(
      await follow({ history, seeds: 3, runner, signal: stop.signal }),
      'replication',
    )!;
    expect(paused).toMatchObject({ status: 'open', paused: 'paused by hand' });
    expect(paused.trials).toHaveLength(4);

    const hidden = new FakeRunner(() => ({ status: 'void', reason: 'hidden tab' }));
    const troubled = (await follow({ history, runner: hidden })).followUps[0]!;
    expect(troubled.paused).toMatch(/disturbed 4 times in a row; last: hidden tab/);
    expect(hidden.ended.at(-1)).toMatch(/\.4$/);

    const { followUps } = await follow({ history });
    expect(followUps).toHaveLength(1);
    expect(followUps[0]).toMatchObject({ status: 'ended', paused: null });
  });

  it('writes a log that reads back the same', async () => {
    const { history } = await finishedStudy();
    const study = await follow({ history, seeds: 2, entropy: { validation: 1, test: 1 } });
    const json = JSON.parse(JSON.stringify(await history.events('study-1'))) as unknown[];
    expect(foldStudy(json.map((event, i) => studyEvent(event, `events[${i}]`)))).toEqual(study);
  });
});

describe('what cannot be followed up', () => {
  it('is said in words', async () => {
    const history = createMemoryHistory();
    await expect(follow({ history })).rejects.toThrow(/no study study-1/);
    await run({ history, programs: [scoring(3.2)] });
    await expect(follow({ history })).rejects.toThrow(/kept no change yet/);
    const { history: good } = await finishedStudy();
    await expect(follow({ history: good, device: 'abacus' })).rejects.toThrow(/abacus/);
    await expect(follow({ history: good, seeds: 1 })).rejects.toThrow(/from 2 to 1000 seeds/);
  });
});
