import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import { earlyEndOf, gapsOf } from '../../../src/agent/loop/early-end';
import type { Experiment, Study, Trial } from '../../../src/agent/study';
import { normalAt, uniformAt } from '../../../src/kernels/random/threefry';
import type { EarlyEnd } from '../../../src/model/harness/early-end';
import type { TrialRequest, TrialResult } from '../../../src/model/harness/trial';
import { finished, proposal, TASK } from '../fixtures';
import { FakeRunner, fakeResult, run, scoring } from './world';

const SEED = 7;
const budget = { unit: 'steps', amount: 100 } as const;

/** A trial whose loss lies so far above 2 at each share of the budget. */
function trial(valBpb: number, above: (progress: number) => number, seed = SEED): Trial {
  const result = finished(valBpb);
  if (result.status !== 'finished') throw new Error('it is not finished');
  const curve = Array.from({ length: 100 }, (_, i) => {
    const step = i + 1;
    return { step, tokens: 10 * step, seconds: step, loss: 2 + above(step / 100) };
  });
  const summary = { ...result.summary, steps: 100, curve };
  return { id: `${valBpb}.${seed}`, seed, result: { ...result, summary } };
}

function experiment(number: number, trials: readonly Trial[]): Experiment {
  return {
    ...proposal(),
    id: String(number),
    number,
    trials,
    verdict: null,
    startedAt: 0,
    endedAt: null,
  };
}

/** A study of that incumbent, those candidates, and one more that has not been run. */
async function studyOf(candidates: readonly Trial[], incumbent = [trial(2, () => 0)]) {
  const empty = await run();
  const all = [incumbent, ...candidates.map((one) => [one]), []];
  const experiments = all.map((trials, number) => experiment(number, trials));
  return { ...empty, task: { ...TASK, budget }, experiments, incumbent: '0' } satisfies Study;
}

const endOf = (study: Study) => earlyEndOf(study, study.experiments.at(-1)!.id, SEED);
const good = (count: number, above = (i: number) => 0.01 * (i % 5)) =>
  Array.from({ length: count }, (_, i) => trial(1.9, () => above(i)));

describe('when a candidate may be ended early', () => {
  it('is never while fewer than 19 trials ended not worse, and then at a stated rate', async () => {
    expect(endOf(await studyOf(good(18)))).toBeUndefined();
    const end = endOf(await studyOf(good(19)))!;
    expect(end.rate).toBe(1 / 20);
    expect(end.checks.map(({ progress }) => progress)).toEqual([0.25, 0.4, 0.55, 0.7]);
    expect(end.checks.every(({ loss }) => Math.abs(loss - 2) < 1e-9)).toBe(true);
    expect(end.checks[0]!.gap).toBeGreaterThan(0.04);
    expect(end.checks[0]!.gap).toBeLessThan(0.1);
  });

  it('does not count trials that ended worse', async () => {
    const worse = Array.from({ length: 40 }, () => trial(2.4, () => 0.5));
    expect(endOf(await studyOf([...good(18), ...worse]))).toBeUndefined();
    const end = endOf(await studyOf([...good(19), ...worse]))!;
    expect(end.checks[0]!.gap).toBeLessThan(0.1);
  });

  it('is only in its first trial, and only where the incumbent has one on the seed', async () => {
    const study = await studyOf(good(30));
    const last = study.experiments.at(-1)!;
    expect(earlyEndOf(study, last.id, SEED + 1)).toBeUndefined();
    expect(earlyEndOf(study, '0', SEED)).toBeUndefined();
    const begun = { ...last, trials: [trial(2.1, () => 0, SEED + 1)] };
    const going = { ...study, experiments: [...study.experiments.slice(0, -1), begun] };
    expect(earlyEndOf(going, last.id, SEED)).toBeUndefined();
  });

  it('protects schedules that start slow, once one has ended well', async () => {
    const slowStart = trial(1.8, (progress) => Math.max(0, 0.8 - progress));
    const end = endOf(await studyOf([...good(25), slowStart]))!;
    // At 25% the slow starter was 0.6 above on average over the tenth before.
    for (const { gap } of end.checks) expect(gap).toBeGreaterThan(0.59);
  });

  it('takes the baseline’s own seeds two by two, as luck alone', async () => {
    const seeds = [0, 1, 2, 3, 4].map((i) => trial(2 - 0.01 * i, () => 0.02 * i, SEED + i));
    const study = await studyOf(good(3), seeds);
    expect(gapsOf(study).counted).toBe(2 + 3);
  });

  it('counts no trial from after the first stop, since none of the stopped is known to the end', async () => {
    const stop: TrialResult = {
      status: 'stopped',
      progress: 0.4,
      gap: 1,
      reason: 'stopped',
      curve: [],
    };
    const stopped: Trial = { id: 'x', seed: SEED, result: stop };
    const study = await studyOf([...good(20), stopped, ...good(20, () => 0.3)]);
    expect(gapsOf(study)).toMatchObject({ counted: 20 });
    expect(gapsOf(study).gaps).toHaveLength(40);
    expect(endOf(study)!.rate).toBe(1 / 21);
  });
});

describe('the stated rate', () => {
  it('holds in simulated studies, with curves of heavy-tailed gaps and stops that hide the rest', async () => {
    const base = await studyOf([]);
    let asked = 0;
    let wrong = 0;
    let stated = 0;
    let caught = 0;
    for (let round = 0; round < 60; round++) {
      let drawn = 0;
      const uniform = () => uniformAt(round, 1, drawn++);
      const normal = () => normalAt(round, 2, drawn++);
      let experiments = base.experiments.slice(0, 1);
      for (let number = 1; number <= 60; number++) {
        // Two in three end not worse; one in ten of those starts slow, with a gap of any size.
        const ends = uniform() < 0.67;
        const slow = ends && uniform() < 0.1 ? Math.abs(normal()) / (0.1 + uniform()) : 0;
        const level = ends ? 0.05 * normal() : 0.8 + 0.1 * normal();
        const above = (progress: number) => level + slow * Math.max(0, 0.8 - progress);
        const own = trial(ends ? 1.9 : 2.4, above);
        const study = { ...base, experiments: [...experiments, experiment(number, [])] };
        const end = earlyEndOf(study, String(number), SEED);
        const stop = end !== undefined && isStopped(own, end);
        if (end && ends) {
          asked++;
          stated += end.rate;
          if (stop) wrong++;
        }
        if (stop && !ends) caught++;
        const told: Trial = stop
          ? { ...own, result: { status: 'stopped', progress: 0, gap: 0, reason: '', curve: [] } }
          : own;
        experiments = [...experiments, experiment(number, [told])];
      }
    }
    expect(asked).toBeGreaterThan(1000);
    expect(wrong / asked).toBeLessThan(stated / asked);
    expect(caught).toBeGreaterThan(100);
  });
});

/** What the harness's watch decides, on a curve whose smoothed loss is known. */
function isStopped(own: Trial, end: EarlyEnd): boolean {
  if (own.result.status !== 'finished') throw new Error('it is not finished');
  const { curve } = own.result.summary;
  return end.checks.some(({ progress, loss, gap }) => {
    const near = curve.filter(
      ({ step }) => step / 100 > progress - 0.1 && step / 100 <= progress + 1e-9,
    );
    return near.reduce((sum, point) => sum + point.loss, 0) / near.length - loss > gap;
  });
}

describe('the loop', () => {
  it('hands the limits to the trial, and calls what was stopped worse, at the price of one trial', async () => {
    const asked: TrialRequest[] = [];
    const shaped = (request: TrialRequest): TrialResult => {
      const result = fakeResult(request);
      if (result.status !== 'finished') return result;
      const bpb = Number(/bpb = ([\d.]+)/.exec(request.program.model)?.[1]);
      const { summary } = trial(result.summary.valBpb, () => bpb - 3).result as never as {
        summary: object;
      };
      return { ...result, summary: { ...result.summary, ...summary } as typeof result.summary };
    };
    const runner = new FakeRunner((request) => {
      asked.push(request);
      const bad = request.program.model.includes('= 4');
      if (!bad || !request.end) return shaped(request);
      const { progress, gap } = request.end.checks[0]!;
      return { status: 'stopped', progress, gap: gap + 1, reason: 'stopped at 25%', curve: [] };
    });
    const better = Array.from({ length: 24 }, (_, i) =>
      scoring(Number((2.99 - i / 100).toFixed(2))),
    );
    const history = createMemoryHistory();
    const study = await run({
      history,
      runner,
      study: { id: 'study-1', task: { ...TASK, budget }, taskId: 'abc', baseline: scoring(3) },
      programs: [...better, scoring(4), scoring(4.1)],
    });
    const last = study.experiments.at(-2)!;
    expect(last.trials).toHaveLength(1);
    expect(last.verdict).toMatchObject({
      decision: 'discard',
      ground: 'worse',
      reason: 'stopped at 25%',
    });
    expect(study.experiments.at(-1)!.verdict).toMatchObject({ ground: 'worse' });
    const limited = asked.filter(({ end }) => end);
    expect(limited.length).toBeGreaterThan(0);
    expect(asked.slice(0, 10).every(({ end }) => !end)).toBe(true);
  });
});
