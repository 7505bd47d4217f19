import { expect, it } from 'vitest';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import { runStudy } from '../../../src/agent/loop/run';
import { createClaudeResearcher, Meter } from '../../../src/agent/researchers/claude';
import type { TrialRunner } from '../../../src/agent/study';
import { createTeam } from '../../../src/agent/team/team';
import { pairedPolicy } from '../../../src/agent/verdicts/paired';
import { call, type Script, think } from '../../standin/reply';
import { STAND_IN_KEY } from '../../standin/server';
import { TASK } from '../fixtures';
import { FakeRunner, scoring } from '../loop/world';
import { standInOf } from '../researchers/claude/lab';

/** Each conversation writes a program of its own, a little better than those before, and checks it. */
const writing: Script = ({ conversation, turn }) => {
  const title = `idea ${conversation}`;
  return [
    [
      think('Another one.'),
      call('write_file', {
        file: 'model.ts',
        content: scoring(2.9 - 0.05 * conversation, title).model,
      }),
    ],
    [call('propose', { title, hypothesis: 'The text says so.', kind: 'number' })],
  ][turn]!;
};

/** A device whose trials take real time. */
class TimedRunner implements TrialRunner {
  trained = 0;
  readonly #fake = new FakeRunner();
  readonly #milliseconds: number;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  inspect: TrialRunner['inspect'] = (program, signal) => this.#fake.inspect(program, signal);

  run: TrialRunner['run'] = async (request, onEvent) => {
    const began = performance.now();
    await new Promise((resolve) => setTimeout(resolve, this.#milliseconds));
    this.trained += performance.now() - began;
    return this.#fake.run(request, onEvent);
  };
}

/** A study of so many Claudes against the stand-in, whose replies take this long, in milliseconds. */
async function studyOf(count: number, reply: number, trial: number, experiments: number) {
  const standIn = await standInOf({ script: writing, pace: { firstByteMs: reply } });
  const meter = new Meter();
  const runner = new TimedRunner(trial);
  const members = Array.from({ length: count }, (_, i) =>
    createClaudeResearcher({
      key: STAND_IN_KEY,
      baseURL: standIn.url,
      model: 'claude-sonnet-5-5',
      id: `claude-${i + 1}`,
      meter,
    }),
  );
  const team = createTeam({ members });
  const study = await runStudy({
    study: { id: 'study-1', task: TASK, taskId: 'abc', baseline: scoring(3) },
    device: 'cpu',
    researcher: team,
    runner,
    history: createMemoryHistory(),
    policy: pairedPolicy({ calibration: 2 }),
    limits: { experiments },
  });
  return { study, team, runner, standIn, meter };
}

it('keeps the device busy with two of claude while each reply takes seconds', {
  timeout: 120_000,
}, async () => {
  // A proposal takes two replies of 1.2 s; one researcher without a look ahead would leave the device idle
  // for as long before every experiment.
  const { study, team, standIn, meter, runner } = await studyOf(2, 1200, 1500, 3);
  expect(standIn.violations).toEqual([]);
  expect(standIn.scriptErrors).toEqual([]);
  expect(study.status).toBe('finished');
  expect(study.experiments).toHaveLength(4);
  expect(runner.trained).toBeGreaterThan(7000);
  const { members, deviceBusy } = team.getView();
  expect(deviceBusy).toBeGreaterThan(0.9);
  for (const { tried, model, stream } of members) {
    expect(tried).toBeGreaterThan(0);
    expect(model).toBe('claude-sonnet-5-5');
    expect(stream.some(({ kind, text }) => kind === 'thought' && text === 'Another one.')).toBe(
      true,
    );
  }
  // Two researchers, one bill.
  expect(meter.spent.requests).toBeGreaterThanOrEqual(2 * 3);
  const requests = members.map(({ spent }) => spent!.requests);
  expect(Math.min(...requests)).toBeGreaterThan(0);
  expect(requests[0]! + requests[1]!).toBe(meter.spent.requests);
});

it('a member whose proposal comes back goes on in the same conversation', async () => {
  const same = scoring(2.5, 'same');
  const replies: Script = ({ conversation, turn, results }) => {
    const said = results[0]?.text ?? '';
    if (turn === 0) return [call('write_file', { file: 'model.ts', content: same.model })];
    if (turn === 1) {
      return [call('propose', { title: 'same', hypothesis: 'It is.', kind: 'number' })];
    }
    if (turn === 2) {
      expect(said).toMatch(/has proposed the same \(same\)/);
      return [
        call('write_file', { file: 'model.ts', content: scoring(2.4, `${conversation}`).model }),
      ];
    }
    return [call('propose', { title: 'other', hypothesis: 'It is.', kind: 'number' })];
  };
  const standIn = await standInOf({ script: replies });
  const members = ['claude-1', 'claude-2'].map((id) =>
    createClaudeResearcher({
      key: STAND_IN_KEY,
      baseURL: standIn.url,
      model: 'claude-sonnet-5-5',
      id,
    }),
  );
  const study = await runStudy({
    study: { id: 'study-1', task: TASK, taskId: 'abc', baseline: scoring(3) },
    device: 'cpu',
    researcher: createTeam({ members }),
    // The baseline is long enough for both to propose.
    runner: new TimedRunner(400),
    history: createMemoryHistory(),
    policy: pairedPolicy({ calibration: 2 }),
    limits: { experiments: 2 },
  });
  expect(standIn.scriptErrors).toEqual([]);
  expect(standIn.violations).toEqual([]);
  expect(study.experiments.slice(1).map(({ title }) => title)).toEqual(['same', 'other']);
});
