import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import { createReplayResearcher } from '../../../src/agent/replay/researcher';
import { crashing, FakeRunner, fakeResult, run, scoring } from '../loop/world';

const PROGRAMS = [scoring(2.9), scoring(3.2), crashing, scoring(2.8), scoring(2.7)];
const recorded = () => run({ programs: PROGRAMS });

describe('the researcher that replays', () => {
  it('proposes the programs in their order, for trials and verdicts of here', async () => {
    const first = await recorded();
    // A device on which everything is a little different.
    const runner = new FakeRunner((request) => fakeResult({ ...request, seed: request.seed + 1 }));
    const study = await run({
      runner,
      researcher: createReplayResearcher(first),
      study: { id: 'study-2', task: first.task, taskId: 'abc', baseline: first.baseline },
    });
    expect(study.status).toBe('finished');
    expect(study.ending).toBe('the replay researcher has nothing left to try');
    expect(study.experiments.map(({ title, program }) => [title, program])).toEqual(
      first.experiments.map(({ title, program }) => [title, program]),
    );
    expect(study.experiments.slice(1).every((e) => e.researcher === 'replay')).toBe(true);
    expect(study.experiments.map(({ parent }) => parent)).toEqual(
      first.experiments.map(({ parent }) => parent),
    );
    expect(study.experiments.map((e) => e.verdict!.decision)).toEqual(
      first.experiments.map((e) => e.verdict!.decision),
    );
    const score = (of: typeof study) => of.experiments[1]!.trials.map(({ result }) => result);
    expect(score(study)).not.toEqual(score(first));
  });

  it('goes on where it was interrupted', async () => {
    const researcher = createReplayResearcher(await recorded());
    const history = createMemoryHistory();
    const half = { researcher, history, runner: new FakeRunner() };
    await run({ ...half, limits: { experiments: 2 } });
    const study = await run({ ...half, study: 'study-1' });
    expect(study.experiments.slice(1).map(({ program }) => program)).toEqual(PROGRAMS);
  });

  it('passes over what is refused here', async () => {
    const first = await recorded();
    // Here the study begins with what was the first experiment there.
    const study = await run({
      researcher: createReplayResearcher(first),
      study: { id: 'study-2', task: first.task, taskId: 'abc', baseline: PROGRAMS[0]! },
    });
    expect(study.experiments.map(({ program }) => program)).toEqual(PROGRAMS);
    expect(study.refusals).toEqual([]);
  });
});
