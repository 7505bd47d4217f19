import { describe, expect, it } from 'vitest';
import { foldStudy } from '../../../src/agent/history/fold';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import type { Tell } from '../../../src/agent/researchers/claude';
import type { Note } from '../../../src/agent/study';
import { StudyEnding } from '../../../src/agent/study-ending';
import type { Critic } from '../../../src/agent/team/critic';
import type { Team } from '../../../src/agent/team/options';
import type { ProgramSource } from '../../../src/model/programs/program';
import { scoring } from '../loop/world';
import { failing, once, studyOfTeam, type Thinker, Timeline, thinker } from './world';

const first = ({ getView }: Team) => getView().waiting[0];
const member = (team: Team, at = 0) => team.getView().members[at]!;

describe('what a person asks of a team', () => {
  it('a veto takes a waiting proposal away, and its author is told why', async () => {
    const time = new Timeline();
    const told: [string, string][] = [];
    const author: Thinker = {
      ...thinker('a', time, 100, failing('a')),
      turnedDown: ({ title }, reason) => void told.push([title, reason]),
    };
    const { study } = await studyOfTeam({
      time,
      members: [author],
      experiments: 2,
      first: (team) =>
        void once(team, (team) => first(team) !== undefined).then(() => {
          team.veto(first(team)!.id, 'too bold');
          expect(told).toEqual([['a 0', 'a person vetoed it: too bold']]);
          team.veto('proposal-99', 'nobody knows it');
        }),
    });
    expect(study.experiments.map(({ title }) => title)).toEqual(['baseline', 'a 1', 'a 2']);
    expect(author.seen[1]!.refusals).toEqual([
      {
        proposal: expect.objectContaining({ title: 'a 0' }),
        reason: 'a person vetoed it: too bold',
      },
    ]);
    expect(told).toHaveLength(1);
    // Once another of its proposals is an experiment, the refusal is of no use any more.
    expect(author.seen[2]!.refusals).toEqual([]);
  });

  it('approves each proposal where that is asked for, and nothing runs before', async () => {
    const time = new Timeline();
    const approved: string[] = [];
    const members = ['a', 'b'].map((id) => thinker(id, time, 100, failing(id)));
    const { study } = await studyOfTeam({
      time,
      members,
      experiments: 3,
      first: (team) => {
        team.setApproval(true);
        team.subscribe(() => {
          const waiting = team.getView().waiting.filter(({ stage }) => stage === 'approval');
          // The later one first: a person chooses.
          const chosen = waiting.at(-1);
          if (!chosen || approved.includes(chosen.proposal.title)) return;
          approved.push(chosen.proposal.title);
          void time.sleep(5000).then(() => team.approve(chosen.id));
        });
      },
    });
    const ran = study.experiments.slice(1);
    expect(ran).toHaveLength(3);
    for (const { title } of ran) expect(approved).toContain(title);
    expect(ran[0]!.startedAt - 1_000_000).toBeGreaterThan(5000);
  });

  it('lets all that waits run when approval is given up', async () => {
    const time = new Timeline();
    const { study } = await studyOfTeam({
      time,
      members: [thinker('a', time, 100, failing('a'))],
      experiments: 2,
      first: (team) => {
        team.setApproval(true);
        void once(team, (team) => first(team)?.stage === 'approval').then(async () => {
          await time.sleep(9000);
          team.setApproval(false);
          expect(first(team)?.stage).toBe('device');
        });
      },
    });
    expect(study.experiments).toHaveLength(3);
    expect(study.experiments[1]!.startedAt - 1_000_000).toBeGreaterThan(9000);
  });

  it('a member that is paused finishes no thought, and what it had waits on', async () => {
    const time = new Timeline();
    const paused = thinker('a', time, 500, failing('a'));
    const members = [paused, thinker('b', time, 400, failing('b'))];
    const { study, team } = await studyOfTeam({
      time,
      members,
      experiments: 6,
      first: (team) =>
        void once(
          team,
          (team) => paused.seen.length === 2 && member(team).doing === 'thinking',
        ).then(async () => {
          team.pause('a');
          expect(member(team).doing).toBe('paused');
          await time.sleep(2500);
          expect(paused.seen).toHaveLength(2);
          team.resume('a');
        }),
    });
    expect(paused.aborted).toBe(1);
    expect(study.experiments).toHaveLength(7);
    expect(paused.seen.length).toBeGreaterThan(2);
    expect(member(team).doing).not.toBe('paused');
  });

  it('hires and dismisses while the study runs', async () => {
    const time = new Timeline();
    const early = thinker('a', time, 500, failing('a'));
    const late = thinker('b', time, 500, failing('b'));
    const { study, team } = await studyOfTeam({
      time,
      members: [early],
      experiments: 6,
      first: (team) =>
        void once(team, (team) => member(team).tried === 2).then(() => {
          team.hire(late);
          team.dismiss('a');
        }),
    });
    expect(study.experiments.map(({ member }) => member)).toEqual([
      undefined,
      ...['a', 'a'],
      ...study.experiments.slice(3).map(({ member }) => member),
    ]);
    expect(study.experiments.slice(4).every(({ member }) => member === 'b')).toBe(true);
    expect(team.getView().members.map(({ id }) => id)).toEqual(['b']);
    expect(team.getView().waiting.every(({ member }) => member === 'b')).toBe(true);
  });

  it('tells a member something, or is told that it cannot read', async () => {
    const time = new Timeline();
    const reader = thinker('a', time, 100, failing('a'));
    const { hear: _, ...deaf } = thinker('b', time, 100, failing('b'));
    const { team } = await studyOfTeam({
      time,
      members: [reader, deaf],
      experiments: 1,
      first: (team) => {
        team.tell('a', ' Try RoPE. ');
        team.tell('b', 'Try RoPE.');
        team.tell('nobody', 'Try RoPE.');
        team.tell('a', '  ');
      },
    });
    expect(reader.heard).toEqual(['Try RoPE.']);
    expect(member(team).stream[0]).toEqual({ kind: 'told', text: 'Try RoPE.' });
    expect(member(team, 1).stream[1]).toMatchObject({ text: 'Thinker b does not read messages.' });
  });

  it('takes the keyboard, and hands it back with another program', async () => {
    const time = new Timeline();
    const draft: ProgramSource = scoring(3.4, 'draft');
    const changed: ProgramSource = scoring(3.3, 'changed');
    const told: { tell: Tell | null } = { tell: null };
    const writer = {
      ...thinker('a', time, 800, failing('a')),
      listen: (tell: Tell | null) => {
        told.tell = tell;
      },
    };
    const { study } = await studyOfTeam({
      time,
      members: [writer],
      experiments: 1,
      first: (team) => {
        expect(team.takeKeyboard('a')).toBeNull();
        expect(team.takeKeyboard('nobody')).toBeNull();
        void once(team, (team) => member(team).doing === 'thinking').then(async () => {
          told.tell!({ type: 'edited', program: draft, parent: '0' });
          expect(team.takeKeyboard('a')).toEqual({ program: draft, parent: '0' });
          expect(member(team).doing).toBe('held');
          await time.sleep(20_000);
          expect(writer.seen).toHaveLength(1);
          team.handBack('a', changed);
          expect(writer.drafts).toEqual([changed]);
          expect(member(team).draft).toEqual({ program: changed, parent: '0' });
        });
      },
    });
    expect(study.experiments).toHaveLength(2);
    expect(study.experiments[1]!.startedAt - 1_000_000).toBeGreaterThan(20_000);
  });
});

describe('directions', () => {
  it('of a person come before those of the director, and each has its turn', async () => {
    const time = new Timeline();
    const asked: number[] = [];
    const director = {
      direct: async (study: { experiments: readonly unknown[] }) => {
        asked.push(study.experiments.length);
        await time.sleep(100);
        return ['wider', 'deeper', 'wider'];
      },
    };
    const a = thinker('a', time, 300, failing('a'));
    const history = createMemoryHistory();
    const { study, team } = await studyOfTeam({
      time,
      members: [a],
      director,
      history,
      experiments: 9,
      first: (team) => {
        team.pin('a person said so');
        expect(team.getView().directions).toHaveLength(1);
      },
    });
    // At the start, and after every few verdicts, of which the baseline's is the first.
    expect(asked).toEqual([0, 5, 10].slice(0, asked.length));
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(a.pursued.slice(0, 4)).toEqual([
      'a person said so',
      'wider',
      'deeper',
      'a person said so',
    ]);
    const texts = study.directions!.map(({ text, pinned, author }) => [text, pinned, author]);
    expect(texts).toEqual([
      ['a person said so', true, 'human'],
      ['wider', false, 'claude'],
      ['deeper', false, 'claude'],
    ]);
    expect(member(team).direction).toBe(a.pursued.at(-1));

    // A reload keeps them, and shows them before anything runs.
    const folded = foldStudy(await history.events('study-1'));
    const { team: later } = await studyOfTeam({
      time: new Timeline(),
      members: [],
      experiments: 0,
    });
    later.show(folded);
    expect(later.getView().directions).toEqual(study.directions);
    later.unpin(study.directions![0]!.id);
    later.unpin(study.directions![1]!.id);
    expect(later.getView().directions.map(({ text }) => text)).toEqual(['wider', 'deeper']);
  });

  it('stay as they were when the director fails', async () => {
    const time = new Timeline();
    const director = { direct: () => Promise.reject(new Error('no answer')) };
    const a = thinker('a', time, 300, failing('a'));
    const { study } = await studyOfTeam({
      time,
      members: [a],
      director,
      first: (team) => team.pin('warm-up'),
    });
    expect(study.status).toBe('finished');
    expect(new Set(a.pursued)).toEqual(new Set(['warm-up']));
  });
});

describe('a critic', () => {
  it('sends a proposal back twice at most, and then it runs with the critique', async () => {
    const time = new Timeline();
    const learned: string[] = [];
    const critic = {
      read: async ({ title }: { title: string }) => {
        await time.sleep(50);
        const objection = title.startsWith('a') ? `not worth it: ${title}` : null;
        return { objection, remark: title === 'b 0' ? 'bold' : null };
      },
      learn: async ({ id }: { id: string }) => void learned.push(id),
    };
    const a = thinker('a', time, 100, failing('a'));
    const members = [a, thinker('b', time, 100, failing('b'))];
    const remarks: string[] = [];
    const { study } = await studyOfTeam({
      time,
      members,
      critic,
      experiments: 4,
      first: (team) =>
        void team.subscribe(() => {
          for (const { critique } of team.getView().waiting) if (critique) remarks.push(critique);
        }),
    });
    const ofA = study.experiments.filter(({ member }) => member === 'a');
    expect(ofA[0]).toMatchObject({ title: 'a 2', critique: 'not worth it: a 2' });
    expect(a.seen[1]!.refusals.at(-1)!.reason).toBe('the critic objects: not worth it: a 0');
    const ofB = study.experiments.filter(({ member }) => member === 'b');
    expect(ofB.length).toBeGreaterThan(0);
    expect(ofB.every(({ critique }) => critique === undefined)).toBe(true);
    expect(remarks).toContain('bold');
    expect(learned).toEqual(['1', '2', '3', '4']);
  });

  /** Learns for so long; returns what had been learned when the study ended, and how long that took. */
  async function learning(takes: number, stopAfter?: number) {
    const time = new Timeline();
    const stop = new AbortController();
    let write!: (note: Note) => Promise<void>;
    const critic: Critic = {
      read: async () => ({ objection: null, remark: null }),
      learn: async ({ id, number }, _, signal) => {
        if (number === 2 && stopAfter !== undefined) {
          void time.sleep(stopAfter).then(() => stop.abort());
        }
        await time.sleep(takes, signal);
        signal.throwIfAborted();
        await write({ type: 'insight', text: `of ${id}`, experiments: [id], author: 'claude' });
      },
    };
    const history = createMemoryHistory();
    const a = thinker('a', time, 100, failing('a'));
    const { study } = await studyOfTeam({
      time,
      history,
      members: [a],
      critic,
      experiments: 2,
      signal: stop.signal,
      onOpen: (writer) => {
        write = writer;
      },
    });
    const log = await history.events('study-1');
    expect(log.filter(({ type }) => type === 'study-finished')).toHaveLength(1);
    expect(log.at(-1)!.type).toBe('study-finished');
    const last = log.findLast(({ type }) => type === 'verdict')!;
    return {
      learned: study.insights.map(({ experiments }) => experiments[0]),
      waited: log.at(-1)!.at - last.at,
    };
  }

  it('is waited for when the study ends', async () => {
    expect(await learning(5000)).toEqual({ learned: ['1', '2'], waited: 5000 });
    expect(await learning(0)).toEqual({ learned: ['1', '2'], waited: 0 });
  });

  it('is waited for a minute at most', async () => {
    expect(await learning(70_000)).toEqual({ learned: [], waited: 60_000 });
  });

  it('is waited for no longer once a person stops the study', async () => {
    expect(await learning(50_000, 2000)).toEqual({ learned: [], waited: 2000 });
  });

  it('that fails blocks nothing', async () => {
    const time = new Timeline();
    const critic = {
      read: () => Promise.reject(new Error('away')),
      learn: () => Promise.reject(new Error('away')),
    };
    const members = [thinker('a', time, 100, failing('a'))];
    const { study } = await studyOfTeam({ time, members, critic });
    expect(study.status).toBe('finished');
    expect(study.experiments).toHaveLength(5);
  });
});

describe('when everybody has ended', () => {
  const keyless = (time: Timeline) =>
    thinker('a', time, 100, () => {
      throw new StudyEnding('study-stopped', 'the key is gone');
    });

  it('another takes over by itself where that was asked for', async () => {
    const time = new Timeline();
    const member = thinker('spare', time, 100, failing('spare'));
    const fallback = { member, byItself: true };
    const { study, team } = await studyOfTeam({ time, members: [keyless(time)], fallback });
    expect(study.status).toBe('finished');
    expect(study.experiments.slice(1).every(({ member }) => member === 'spare')).toBe(true);
    expect(team.getView().offer).toBeNull();
  });

  it('another is offered, and takes over once a person accepts', async () => {
    const time = new Timeline();
    const spare = thinker('spare', time, 100, failing('spare'));
    const fallback = { member: spare, byItself: false };
    const { study, team } = await studyOfTeam({ time, members: [keyless(time)], fallback });
    expect(study).toMatchObject({ status: 'stopped', ending: 'the key is gone' });
    expect(team.getView().offer).toEqual({ title: 'Thinker spare', reason: 'the key is gone' });
    team.accept();
    expect(team.getView().members.map(({ id }) => id)).toEqual(['a', 'spare']);
    expect(team.getView().offer).toBeNull();
  });
});
