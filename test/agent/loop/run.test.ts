import { describe, expect, it } from 'vitest';
import { foldStudy } from '../../../src/agent/history/fold';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import { LoopError } from '../../../src/agent/loop/options';
import { ATTEMPTS } from '../../../src/agent/loop/run';
import { studySeed } from '../../../src/agent/loop/seeds';
import type { Study, StudyEvent } from '../../../src/agent/study';
import type { TrialResult } from '../../../src/model/harness/trial';
import type { ProgramSource } from '../../../src/model/programs/program';
import { finished, proposal } from '../fixtures';
import {
  crashing,
  FakeRunner,
  fakeInspection,
  fakeResult,
  proposalOf,
  run,
  scoring,
  scripted,
} from './world';

const decisions = (study: Study) =>
  study.experiments.map(({ verdict }) => `${verdict?.decision} (${verdict?.ground})`);
const seedsOf = (study: Study, experiment: number) =>
  study.experiments[experiment]!.trials.map((trial) => trial.seed);
const hidden: TrialResult = { status: 'void', reason: 'the tab was hidden' };

describe('runStudy', () => {
  it('runs a baseline, keeps what is better, discards what is worse and survives a crash', async () => {
    const study = await run({ programs: [scoring(3.3), scoring(2.9), crashing, scoring(3.1)] });
    expect(decisions(study)).toEqual([
      'keep (baseline)',
      'discard (worse)',
      'keep (better)',
      'crash (crash)',
      'discard (worse)',
    ]);
    expect(study).toMatchObject({ incumbent: '2', status: 'finished' });
    expect(study.ending).toBe('the local researcher has nothing left to try');
    expect(study.experiments[3]!.verdict!.reason).toBe('trace: it broke');
    expect(study.experiments[4]!.parent).toBe('2');
  });

  it('lets a researcher inspect a program on the runner of its trials', async () => {
    class CountingRunner extends FakeRunner {
      inspected = 0;
      override inspect = function (this: CountingRunner, program: ProgramSource) {
        this.inspected++;
        return Promise.resolve(fakeInspection(program));
      };
    }
    const runner = new CountingRunner();
    const study = await run({
      runner,
      researcher: {
        name: 'local',
        propose: async (study, signal, inspect) => {
          const seen = await inspect!(scoring(2.9), signal);
          return study.experiments.length > 1
            ? null
            : proposalOf(study, scoring(2.9), `inspected: ${seen.status}`);
        },
      },
    });
    expect(study.experiments[1]!.title).toBe('inspected: ok');
    expect(runner.inspected).toBeGreaterThanOrEqual(2);
  });

  it('pairs trials on the seeds of the study, and runs the incumbent on those it lacks', async () => {
    const seeds = Array.from({ length: 40 }, (_, index) => studySeed('study-1', index));
    const study = await run({ programs: [scoring(2.9), scoring(2.8)] });
    expect(new Set(seeds).size).toBe(40);
    expect(seedsOf(study, 0)).toEqual(seeds.slice(0, 4)); // the calibration is enough for the first
    const compared = seedsOf(study, 1).slice(0, 4);
    expect(compared).toEqual(seeds.slice(0, 4));
    const differences = study.experiments[1]!.verdict!.evidence.differences;
    expect(differences.map(({ seed }) => seed)).toEqual(compared);
    // Once kept, it is compared on seeds of which nothing was chosen.
    expect(seedsOf(study, 1).slice(4)).toEqual(seeds.slice(11, 15));
    expect(seedsOf(study, 2)).toEqual(seeds.slice(11, 11 + seedsOf(study, 2).length));
    const [first] = differences;
    const score = (experiment: number) => {
      const { result } = study.experiments[experiment]!.trials[0]!;
      return result.status === 'finished' ? result.summary.valBpb : Number.NaN;
    };
    expect(first!.difference).toBeCloseTo(score(1) - score(0), 12);
  });

  it('writes an event before and after every trial', async () => {
    const history = createMemoryHistory();
    const runner = new FakeRunner();
    const starts: string[] = [];
    const play = runner.run.bind(runner);
    runner.run = async (...args) => {
      const last = (await history.events('study-1')).at(-1)!;
      if (last.type === 'trial-started') starts.push(last.trial);
      return play(...args);
    };
    const study = await run({ history, runner, programs: [scoring(2.9)] });
    expect(starts).toEqual(runner.ended);
    const events = await history.events('study-1');
    const ended = events.flatMap((event) => (event.type === 'trial-ended' ? [event.trial] : []));
    expect(ended).toEqual(runner.ended);
    expect(new Set(ended).size).toBe(ended.length);
    expect(ended.length).toBe(8); // four of the baseline, and of the candidate
    expect(foldStudy(events)).toEqual(study);
  });

  it('tells of every event with the study as it stands, and of what trials say', async () => {
    const history = createMemoryHistory();
    const told: StudyEvent[] = [];
    const stages: string[] = [];
    await run({
      history,
      onEvent: (event, study) => {
        told.push(event);
        expect(foldStudy(told)).toEqual(study);
      },
      onTrialEvent: ({ experiment }, event) => stages.push(`${experiment} ${event.type}`),
    });
    expect(told).toEqual(await history.events('study-1'));
    expect(stages).toEqual(Array(4).fill('0 stage'));
  });

  it('ends at its limits, and goes on with others', async () => {
    const history = createMemoryHistory();
    const programs = [scoring(3.3), scoring(3.4), scoring(3.5)];
    const first = await run({ history, programs, limits: { experiments: 2 } });
    expect(first.experiments.length).toBe(3);
    expect(first).toMatchObject({ status: 'finished', ending: 'all 2 experiments are done' });
    const second = await run({ history, programs, study: 'study-1', limits: { experiments: 3 } });
    expect(second.experiments.length).toBe(4);
    const third = await run({ history, programs, study: 'study-1', limits: { until: 0 } });
    expect(third).toMatchObject({ status: 'finished', ending: 'the time is up' });
  });

  it('cannot go on with a study that is not there or belongs to another device', async () => {
    await expect(run({ study: 'study-9' })).rejects.toThrow(LoopError);
    const history = createMemoryHistory();
    await run({ history });
    const elsewhere = run({ history, study: 'study-1', device: 'webgpu' });
    await expect(elsewhere).rejects.toThrow(/was run on cpu, and this device is webgpu/);
    await expect(run({ history })).rejects.toThrow(/exists already/);
  });

  it('stops with a reason when the baseline crashes', async () => {
    const study = await run({
      study: { id: 'study-1', task: (await run()).task, taskId: '', baseline: crashing },
    });
    expect(study).toMatchObject({ status: 'stopped', incumbent: null });
    expect(study.ending).toBe('the baseline has no score: trace: it broke');
  });

  it('calls a score that is not a number a crash', async () => {
    const runner = new FakeRunner((request) =>
      request.program.model.includes('2.9') ? finished(Number.NaN) : fakeResult(request),
    );
    const study = await run({ runner, programs: [scoring(2.9)] });
    expect(study.experiments[1]!.verdict).toMatchObject({
      decision: 'crash',
      reason: 'not finite: the validation score is not a finite number',
    });
  });

  it('skips a seed on which the incumbent crashes', async () => {
    const bad = studySeed('study-1', 1);
    const runner = new FakeRunner((request) =>
      request.seed === bad && request.program.model.includes('= 3;')
        ? { status: 'crashed', crash: { kind: 'exploded', message: 'boom' }, curve: [] }
        : fakeResult(request),
    );
    const study = await run({ runner, programs: [scoring(2.9)] });
    const { decision, evidence } = study.experiments[1]!.verdict!;
    expect(decision).toBe('keep');
    expect(evidence.differences.map(({ seed }) => seed)).not.toContain(bad);
    expect(evidence.differences.length).toBe(4);
  });
});

describe('two loops on one study', () => {
  it('do not mix their events: the one that was overtaken ends with a clear error', async () => {
    const history = createMemoryHistory();
    await run({ history });
    const programs = [scoring(2.9)];
    let overtaken = false;
    const runner = new FakeRunner(fakeResult);
    const slow: typeof runner.run = async (...args) => {
      if (!overtaken) {
        overtaken = true;
        await run({ history, programs: [scoring(3.3)], study: 'study-1' });
      }
      return runner.run(...args);
    };
    const first = run({
      history,
      programs,
      study: 'study-1',
      runner: { run: slow, inspect: runner.inspect },
    });
    await expect(first).rejects.toThrow(/continued elsewhere/);
    const study = foldStudy(await history.events('study-1'));
    expect(study.status).toBe('finished');
    expect(study.experiments.length).toBe(2);
  });
});

describe('trouble with trials', () => {
  it('runs a disturbed trial again under a new name', async () => {
    const runner = new FakeRunner((request, call) => (call === 4 ? hidden : fakeResult(request)));
    const study = await run({ runner, programs: [scoring(3.3)] });
    const trials = study.experiments[1]!.trials;
    expect(trials.map((trial) => trial.result.status)).toEqual(['void', 'finished']);
    expect(trials[1]!.seed).toBe(trials[0]!.seed);
    expect(trials[1]!.id).not.toBe(trials[0]!.id);
    expect(decisions(study)[1]).toBe('discard (worse)');
  });

  it('stops when trials are disturbed again and again, and can be resumed', async () => {
    const history = createMemoryHistory();
    const runner = new FakeRunner(() => hidden);
    const study = await run({ runner, history });
    expect(study.status).toBe('stopped');
    expect(study.ending).toBe('a trial was disturbed 4 times in a row; last: the tab was hidden');
    expect(runner.ended.length).toBe(ATTEMPTS.voidTrials);
    const resumed = await run({ history, study: 'study-1', programs: [scoring(3.3)] });
    expect(decisions(resumed)).toEqual(['keep (baseline)', 'discard (worse)']);
  });

  it('takes a runner that throws for a disturbance', async () => {
    const runner = new FakeRunner((request, call) => {
      if (call === 0 && runner.ended.push('thrown') > 0) throw new Error('the worker died');
      return fakeResult(request);
    });
    const study = await run({ runner });
    expect(study.experiments[0]!.trials.map(({ result }) => result)).toMatchObject([
      { status: 'void', reason: 'the worker died' },
      ...Array(4).fill({ status: 'finished' }),
    ]);
  });
});

describe('trouble with researchers', () => {
  it('logs a researcher that throws, and asks again', async () => {
    const history = createMemoryHistory();
    let calls = 0;
    const good = scripted([scoring(3.3)]);
    const researcher = {
      ...good,
      propose: async (...args: Parameters<typeof good.propose>) => {
        calls++;
        if (calls <= 2) throw new Error('overloaded');
        return good.propose(...args);
      },
    };
    const study = await run({ history, researcher });
    expect(study).toMatchObject({ status: 'finished' });
    const failures = (await history.events('study-1')).filter(
      (e) => e.type === 'researcher-failed',
    );
    expect(failures).toMatchObject([{ message: 'overloaded' }, { message: 'overloaded' }]);
    expect(study.experiments.length).toBe(2);
  });

  it('stops when the researcher keeps failing', async () => {
    const researcher = {
      name: 'claude',
      propose: () => Promise.reject(new Error('no key')),
    } as const;
    const study = await run({ researcher });
    expect(study.status).toBe('stopped');
    expect(study.ending).toBe('the claude researcher failed 3 times; last: no key');
  });

  it('takes a malformed proposal for a failure', async () => {
    const malformed = { ...proposal(), program: { model: 7 } } as never;
    const study = await run({ researcher: { name: 'claude', propose: async () => malformed } });
    expect(study.ending).toMatch(/proposal\.program\.model must be a string, and it is 7/);
  });

  it('refuses a program that was tried, asks again with the refusal in sight, and not forever', async () => {
    const seen: number[] = [];
    const stubborn = await run({
      researcher: {
        name: 'claude',
        propose: async (study) => {
          seen.push(study.refusals.length);
          return proposalOf(study, scoring(3), 'the baseline again');
        },
      },
    });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(stubborn.status).toBe('stopped');
    expect(stubborn.ending).toContain('experiment 0 (baseline) tried exactly this program: keep');

    const heeding = await run({
      limits: { experiments: 1 },
      researcher: {
        name: 'claude',
        propose: async (study) =>
          proposalOf(study, study.refusals.length < 2 ? scoring(3) : scoring(3.3), 'idea'),
      },
    });
    expect(decisions(heeding)).toEqual(['keep (baseline)', 'discard (worse)']);
    expect(heeding.refusals).toEqual([]);
  });

  it('discards at once what computes exactly the same', async () => {
    const runner = new FakeRunner(({ seed }) => finished(3 + seed * 1e-12, 'one graph'));
    const study = await run({ runner, programs: [scoring(3, 'another text')] });
    expect(decisions(study)[1]).toBe('discard (the same)');
    expect(study.experiments[1]!.trials.length).toBe(1);
  });
});

describe('stopping by hand', () => {
  it('gives up the trial under way and leaves a study that resumes', async () => {
    const history = createMemoryHistory();
    const controller = new AbortController();
    const runner = new FakeRunner((request, call) => {
      if (call === 4) controller.abort();
      return call === 4 ? { status: 'void', reason: 'aborted' } : fakeResult(request);
    });
    const programs = [scoring(2.9)];
    const stopped = await run({ history, runner, programs, signal: controller.signal });
    expect(stopped).toMatchObject({ status: 'stopped', ending: 'stopped by hand' });
    expect(stopped.experiments[1]!.trials).toEqual([]);
    expect(stopped.inFlight).toMatchObject({ experiment: '1' });
    const resumed = await run({ history, programs, study: 'study-1' });
    expect(decisions(resumed)).toEqual(['keep (baseline)', 'keep (better)']);
    expect(resumed.experiments[1]!.trials.length).toBe(4);
  });

  it('does not wait for a researcher that never answers', async () => {
    const controller = new AbortController();
    const propose = () => {
      setTimeout(() => controller.abort(), 1);
      return new Promise<never>(() => {});
    };
    const study = await run({ researcher: { name: 'human', propose }, signal: controller.signal });
    expect(study).toMatchObject({ status: 'stopped', ending: 'stopped by hand' });
  });

  it('cuts short the wait after a failure', async () => {
    const controller = new AbortController();
    const propose = () => {
      setTimeout(() => controller.abort(), 1);
      return Promise.reject(new Error('busy'));
    };
    const patience = () => 60_000;
    const researcher = { name: 'claude', propose } as const;
    const study = await run({ researcher, patience, signal: controller.signal });
    expect(study.ending).toBe('stopped by hand');
  });
});
