import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import { runStudy } from '../../../src/agent/loop/run';
import { createLocalResearcher } from '../../../src/agent/researchers/local';
import type { Proposal } from '../../../src/agent/study';
import { StudyEnding } from '../../../src/agent/study-ending';
import type { Member } from '../../../src/agent/team/member';
import { createTeam } from '../../../src/agent/team/team';
import { pairedPolicy } from '../../../src/agent/verdicts/paired';
import { PRESETS } from '../../../src/model/programs';
import type { ProgramSource } from '../../../src/model/programs/program';
import { finished, TASK } from '../fixtures';
import { dyingHistory, FakeRunner, graphOf, scoring } from '../loop/world';
import { failing, once, SlowRunner, studyOfTeam, Timeline, thinker } from './world';

const membersOf = (study: { experiments: readonly Proposal[] }) =>
  study.experiments.slice(1).map(({ member }) => member);

describe('a team thinks while trials run', () => {
  it('two members whose thoughts take longer than a trial keep the device busy', async () => {
    const time = new Timeline();
    const members = ['a', 'b'].map((id) => thinker(id, time, 1800, failing(id)));
    const { study, team } = await studyOfTeam({ time, members, experiments: 12 });
    expect(study.status).toBe('finished');
    expect(study.experiments).toHaveLength(13);
    expect(team.getView().deviceBusy).toBeGreaterThan(0.9);
    expect(new Set(membersOf(study))).toEqual(new Set(['a', 'b']));
    for (const { tried, experiment } of team.getView().members) {
      expect(tried).toBeGreaterThan(3);
      expect(experiment).toBeNull();
    }
  });

  it('one alone does so too by looking ahead, and would not without', async () => {
    const time = new Timeline();
    const member = thinker('a', time, 900, failing('a'));
    const { team } = await studyOfTeam({ time, members: [member], experiments: 10 });
    expect(team.getView().deviceBusy).toBeGreaterThan(0.9);

    const alone = new Timeline();
    const asked = { ...thinker('a', alone, 900, failing('a')), instant: true as const };
    const { team: waits } = await studyOfTeam({ time: alone, members: [asked], experiments: 10 });
    expect(waits.getView().deviceBusy).toBeLessThan(0.7);
  });

  it('knows the experiment under trial when it looks ahead, and thinks no further than the limit', async () => {
    const time = new Timeline();
    const member = thinker('a', time, 100, failing('a'));
    const { study } = await studyOfTeam({ time, members: [member], experiments: 3 });
    expect(study.experiments).toHaveLength(4);
    // The baseline is on trial during the first thought, and each thought's forerunner during the next.
    expect(member.seen.map(({ experiments }) => experiments.length)).toEqual([1, 2, 3]);
    expect(member.seen[1]!.experiments[1]!.verdict).toBeNull();
    expect(member.aborted).toBe(0);
  });

  it('counts the time in which a member had nothing to do', async () => {
    const time = new Timeline();
    const busy = thinker('a', time, 500, failing('a'));
    const done = thinker('b', time, 500, () => null);
    const { team } = await studyOfTeam({ time, members: [busy, done], experiments: 4 });
    const [a, b] = team.getView().members;
    expect(a!.idle).toBeLessThan(b!.idle);
    expect(b!.idle).toBeGreaterThan(1000);
  });

  it('has no two members of one name', () => {
    const time = new Timeline();
    const members = [1, 2].map(() => thinker('a', time, 1, failing('a')));
    expect(() => createTeam({ members })).toThrow('a member a already');
  });
});

describe('members that take no time', () => {
  const local = (id: string): Member => ({
    ...createLocalResearcher(),
    id,
    title: id,
    instant: true,
  });
  /** Scores are made of the text, so that any edit has one. */
  const play = () =>
    new FakeRunner(({ program, seed }) => {
      const text = graphOf(program);
      const sum = [...text].reduce((all, sign) => (31 * all + sign.charCodeAt(0)) % 9973, 7);
      return finished(2 + sum / 1e4 + 1e-4 * (seed % 7), text);
    });
  const options = () => ({
    study: { id: 'study-1', task: TASK, taskId: 'abc', baseline: PRESETS[0].source },
    device: 'cpu',
    runner: play(),
    history: createMemoryHistory(),
    policy: pairedPolicy({ calibration: 2 }),
    limits: { experiments: 5 },
    now: () => 1,
  });
  const programs = (study: { experiments: readonly Proposal[] }) =>
    study.experiments.map(({ program }) => program);

  it('alone, the local researcher proposes what it would without a team', async () => {
    const plain = await runStudy({ ...options(), researcher: createLocalResearcher() });
    const team = createTeam({ members: [local('local')] });
    expect(programs(await runStudy({ ...options(), researcher: team }))).toEqual(programs(plain));
    expect(team.name).toBe('local');
  });

  it('two of them propose nothing twice', async () => {
    const team = createTeam({ members: [local('one'), local('two')] });
    const study = await runStudy({ ...options(), researcher: team });
    expect(new Set(programs(study).map((program) => JSON.stringify(program))).size).toBe(6);
    expect(new Set(membersOf(study))).toEqual(new Set(['one', 'two']));
  });

  it('are asked only when nothing of the others waits', async () => {
    const time = new Timeline();
    const slow = thinker('slow', time, 2500, failing('slow'));
    const quick = { ...thinker('quick', time, 0, failing('quick')), instant: true as const };
    const { study, team } = await studyOfTeam({ time, members: [slow, quick], experiments: 9 });
    expect(team.getView().deviceBusy).toBeGreaterThan(0.99);
    const by = membersOf(study);
    expect(by.filter((id) => id === 'slow').length).toBeGreaterThanOrEqual(3);
    expect(by.filter((id) => id === 'quick').length).toBeGreaterThanOrEqual(3);
    // It never looked ahead: whatever it was given had its verdicts.
    for (const { experiments } of (quick as unknown as typeof slow).seen) {
      expect(experiments.every(({ verdict }) => verdict)).toBe(true);
    }
  });
});

describe('proposals that waited', () => {
  const lines = (...parts: string[]): string => `${parts.join('\n')}\n`;
  const base: ProgramSource = {
    model: lines('export const bpb = 3;', '// one', '// two', '// three', '// four', 'x'),
    optimizer: 'export const name = "";',
  };
  const edited = (from: string, to: string): ProgramSource => ({
    ...base,
    model: base.model.replace(from, to),
  });

  /** Two members edit the baseline; the first one's edit is kept while the second one's waits. */
  async function kept(second: ProgramSource, inspect?: SlowRunner['inspect']) {
    const time = new Timeline();
    const first = thinker('a', time, 100, (_, turn) => (turn === 0 ? edited('= 3', '= 2') : null));
    const other = thinker('b', time, 200, (_, turn) => (turn === 0 ? second : null));
    const runner = new SlowRunner(time, 1000);
    if (inspect) runner.inspect = inspect;
    const members = [first, other];
    return studyOfTeam({ time, members, runner, baseline: base, experiments: 2 });
  }

  it('are carried over to the new incumbent where that is clean', async () => {
    const { study } = await kept(edited('x', 'y'));
    expect(study.experiments[1]!.verdict?.decision).toBe('keep');
    expect(study.experiments[2]).toMatchObject({ parent: '1', member: 'b' });
    expect(study.experiments[2]!.program.model).toBe(
      base.model.replace('= 3', '= 2').replace('x', 'y'),
    );
  });

  it('go as they are where the edits clash', async () => {
    const second = edited('= 3', '= 2.5');
    const { study } = await kept(second);
    expect(study.experiments[2]).toMatchObject({ parent: '0', program: second });
    expect(study.experiments[2]!.verdict?.decision).toBe('discard');
  });

  it('go as they are where the result cannot be traced', async () => {
    const second = edited('x', 'y');
    const { study } = await kept(second, async (program) =>
      program.model.includes('= 2') && program.model.includes('y')
        ? { status: 'crashed', crash: { kind: 'trace', message: 'no' } }
        : { status: 'void', reason: 'busy' },
    );
    expect(study.experiments[2]).toMatchObject({ parent: '0', program: second });
  });

  it.each([
    ['text', edited('x', 'y')],
    ['graph', edited('x', '/* the same computation */ y')],
  ])('come back when another waits with the same %s', async (_, second) => {
    const time = new Timeline();
    const own = edited('= 3', '= 3.9');
    const first = thinker('a', time, 100, (_, turn) => (turn === 0 ? edited('x', 'y') : null));
    const other = thinker('b', time, 150, (_, turn) => [second, own][turn] ?? null);
    const members = [first, other];
    const { study } = await studyOfTeam({ time, members, baseline: base, experiments: 2 });
    expect(membersOf(study)).toEqual(['a', 'b']);
    expect(study.experiments[2]!.program).toEqual(own);
    const { refusals } = other.seen[1]!;
    expect(refusals).toEqual([
      { proposal: expect.objectContaining({ program: second }), reason: expect.any(String) },
    ]);
    expect(refusals[0]!.reason).toMatch(/a has proposed the same \(a 0\)/);
  });

  it('are seen by those who begin to think', async () => {
    const time = new Timeline();
    const first = thinker('a', time, 100, failing('a'));
    const seen: string[][] = [];
    const other: Member = {
      ...thinker('b', time, 1, () => null),
      propose: async (_study, signal, _inspect, around) => {
        seen.push(around!.underWay.map(({ title }) => title));
        await time.sleep(900, signal);
        return null;
      },
    };
    await studyOfTeam({ time, members: [first, other], experiments: 3 });
    expect(seen[0]).toEqual([]);
    expect(seen.flat()).toContain('a 1');
  });
});

describe('a study that ends or dies', () => {
  it('ends its thoughts when it is stopped, and goes on with what waited', async () => {
    const time = new Timeline();
    const stop = new AbortController();
    const members = ['a', 'b'].map((id) => thinker(id, time, 700, failing(id)));
    const { study, team } = await studyOfTeam({
      time,
      members,
      signal: stop.signal,
      first: (team) =>
        void once(team, ({ getView }) => getView().members.some(({ tried }) => tried === 1)).then(
          () => stop.abort(),
        ),
    });
    expect(study.status).toBe('stopped');
    const ready = team.getView().members.filter(({ doing }) => doing === 'ready');
    expect(team.getView().members.every(({ doing }) => /ready|resting/.test(doing))).toBe(true);
    expect(ready).toHaveLength(team.getView().waiting.length);
    const { aborted } = members.reduce((sum, each) => ({ aborted: sum.aborted + each.aborted }), {
      aborted: 0,
    });
    expect(aborted + ready.length).toBe(2);
  });

  it('killed at any append, it resumes with another team and ends at its limit', async () => {
    for (let appends = 2; appends < 30; appends += 3) {
      const time = new Timeline();
      const history = createMemoryHistory();
      const team = () => ['a', 'b'].map((id) => thinker(id, time, 700, failing(`${id}${appends}`)));
      const when = appends % 2 === 0 ? ('before' as const) : ('after' as const);
      const dying = dyingHistory(history, appends, when);
      await expect(
        studyOfTeam({ time, members: team(), history: dying, experiments: 6 }),
      ).rejects.toThrow('killed');
      const resumed = { history, study: 'study-1', experiments: 6 };
      // Thoughts of the dead process are told apart by a later turn.
      const members = team().map((member) => {
        for (let turn = 0; turn < 10; turn++) member.seen.push({} as never);
        return member;
      });
      const { study } = await studyOfTeam({ time, members, ...resumed });
      expect(study.status).toBe('finished');
      expect(study.experiments).toHaveLength(7);
      expect(study.experiments.every(({ verdict }) => verdict)).toBe(true);
    }
  });

  it('ends with its last member, and says why each ended', async () => {
    const time = new Timeline();
    const ending = (id: string, reason: string) =>
      thinker(id, time, 500, (_, turn) => {
        if (turn === 1) throw new StudyEnding('study-stopped', reason);
        return scoring(3.5, id);
      });
    const members = [ending('a', 'the key is gone'), ending('b', 'no money')];
    const { study, team } = await studyOfTeam({ time, members });
    expect(study.status).toBe('stopped');
    expect(study.ending).toBe('Thinker a: the key is gone; Thinker b: no money');
    expect(study.experiments).toHaveLength(3);
    expect(team.getView().members.map(({ doing }) => doing)).toEqual(['ended', 'ended']);
  });

  it('goes on without one that ended, and asks it again in the next run', async () => {
    const time = new Timeline();
    const history = createMemoryHistory();
    const lost = thinker('a', time, 10, () => {
      throw new StudyEnding('study-stopped', 'the key is gone');
    });
    const members = [lost, thinker('b', time, 500, failing('b'))];
    const { study, team } = await studyOfTeam({ time, members, history });
    expect(study.status).toBe('finished');
    expect(lost.seen).toHaveLength(1);
    expect(team.getView().members[0]).toMatchObject({ doing: 'ended', ending: 'the key is gone' });
    const again = runStudy({
      study: 'study-1',
      device: 'cpu',
      researcher: team,
      runner: new SlowRunner(time, 1000),
      history,
      policy: pairedPolicy({ calibration: 2 }),
      limits: { experiments: 6 },
      signal: new AbortController().signal,
      now: time.now,
    });
    expect((await time.until(again)).experiments).toHaveLength(7);
    expect(lost.seen).toHaveLength(2);
  });

  it('finishes when nobody has anything left to try', async () => {
    const time = new Timeline();
    const members = ['a', 'b'].map((id) =>
      thinker(id, time, 300, (_, turn) => (turn === 0 ? scoring(3.5, id) : null)),
    );
    const { study } = await studyOfTeam({ time, members, experiments: 9 });
    expect(study.status).toBe('finished');
    expect(study.ending).toContain('nothing left to try');
    expect(study.experiments).toHaveLength(3);
  });
});

describe('members in trouble', () => {
  it('are asked again after a while, and hold up nobody', async () => {
    const time = new Timeline();
    const times: number[] = [];
    const troubled = thinker('a', time, 10, (_, turn) => {
      times.push(time.now());
      if (turn < 2) throw new Error('a dropped stream');
      return scoring(3.5 + turn / 100, 'a');
    });
    const members = [troubled, thinker('b', time, 900, failing('b'))];
    const asked = { time, members, experiments: 9, patience: (n: number) => 1000 * n };
    const { study, team } = await studyOfTeam(asked);
    expect(study.status).toBe('finished');
    expect(times.slice(1, 3).map((at, i) => at - times[i]!)).toEqual([2010, 3010]);
    expect(membersOf(study)).toContain('a');
    const { stream, ending } = team.getView().members[0]!;
    expect(stream.filter(({ kind }) => kind === 'trouble')).toHaveLength(2);
    expect(ending).toBeNull();
  });

  it('end after three failures in a row, alone', async () => {
    const time = new Timeline();
    const troubled = thinker('a', time, 10, () => {
      throw new Error('a dropped stream');
    });
    const members = [troubled, thinker('b', time, 900, failing('b'))];
    const { study, team } = await studyOfTeam({ time, members, patience: () => 0 });
    expect(study.status).toBe('finished');
    expect(team.getView().members[0]!.ending).toBe('failed 3 times; last: a dropped stream');
    expect(membersOf(study)).toEqual(['b', 'b', 'b', 'b']);
  });

  it('end when they propose again and again what was tried', async () => {
    const time = new Timeline();
    const stubborn = thinker('a', time, 10, () => scoring(3));
    const members = [stubborn, thinker('b', time, 500, failing('b'))];
    const { study, team } = await studyOfTeam({ time, members });
    expect(study.status).toBe('finished');
    expect(team.getView().members[0]!.ending).toMatch(/proposed 8 times what was tried before/);
    expect(stubborn.seen).toHaveLength(8);
  });

  it('a proposal that is none is trouble too', async () => {
    const time = new Timeline();
    const odd = thinker('a', time, 10, () => ({ title: 1 }) as never);
    const members = [odd, thinker('b', time, 500, failing('b'))];
    const { team } = await studyOfTeam({ time, members, patience: () => 0 });
    expect(team.getView().members[0]!.ending).toMatch(/failed 3 times; last: .*title/);
  });
});
