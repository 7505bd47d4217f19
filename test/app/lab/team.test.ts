import { expect, it } from 'vitest';
import { runFollowUp } from '../../../src/agent/followups/run';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import { runStudy } from '../../../src/agent/loop/run';
import type { Proposal } from '../../../src/agent/study';
import type { Member } from '../../../src/agent/team/member';
import { createTeam } from '../../../src/agent/team/team';
import { Absences } from '../../../src/app/lab/absences';
import { Bench } from '../../../src/app/lab/bench';
import { LabController } from '../../../src/app/lab/controller';
import { approvalsOn } from '../../../src/app/lab/kept';
import type { LabSnapshot } from '../../../src/app/lab/lab';
import type { LabParts } from '../../../src/app/lab/parts';
import { readSettings } from '../../../src/app/lab/settings';
import { withShelves } from '../../../src/app/lab/study-shelf';
import { taskOf } from '../../../src/app/lab/tasks';
import { PRESETS } from '../../../src/model/programs';
import { memoryCorpora } from '../../../src/model/tasks/stores/memory';
import { shelf } from '../claude/shelf';
import { FakeTab, FakeWorker, scores } from '../fake-worker';

const { source } = PRESETS[0];

/** Proposes one text after another. */
function member(id: string, researcher: Proposal['researcher'], most = 99): Member {
  let count = 0;
  return {
    id,
    title: id,
    name: researcher,
    propose: async (study) => {
      if (count >= most) return null;
      return {
        title: `${id} ${++count}`,
        hypothesis: 'It may help.',
        kind: 'test',
        program: { ...source, optimizer: `${source.optimizer}\nexport const ${id}${count} = 1;` },
        parent: study.incumbent,
        researcher,
      };
    },
  };
}

function labOf(query: string, more: Partial<LabParts> = {}) {
  const corpora = memoryCorpora();
  const history = createMemoryHistory();
  const workers: FakeWorker[] = [];
  const connect = () => {
    const worker = new FakeWorker(scores(() => 1.5));
    workers.push(worker);
    return worker;
  };
  const lab = new LabController({
    history,
    bench: new Bench({ connect, visibility: new FakeTab() }),
    loadLoop: async () => ({
      runStudy,
      runFollowUp,
      createTeam,
      researcher: member('own', 'local'),
    }),
    settings: readSettings(query),
    lock: { hold: (_signal, _wait, job) => job() },
    taskOf: (setup) => taskOf(setup, corpora),
    approvals: approvalsOn(null),
    absences: new Absences(null),
    ...more,
  });
  return { lab, history };
}

function until(
  lab: LabController,
  wanted: (snapshot: LabSnapshot) => boolean,
): Promise<LabSnapshot> {
  return new Promise((resolve) => {
    const look = () => {
      const snapshot = lab.getSnapshot();
      if (!wanted(snapshot)) return;
      stop();
      resolve(snapshot);
    };
    const stop = lab.subscribe(look);
    look();
  });
}

it('the page has a team of the local researcher, and nothing changes until somebody is hired', async () => {
  const { lab } = labOf('?experiments=2&steps=1');
  expect(lab.getSnapshot().team).toBeNull();
  await lab.open();
  await new Promise((resolve) => setTimeout(resolve, 150));
  const { study, team } = lab.getSnapshot();
  expect(study!.experiments.slice(1).map(({ member }) => member)).toEqual(['local', 'local']);
  expect(team!.members).toMatchObject([{ id: 'local', tried: 2, doing: 'resting' }]);
  expect(team!.waiting).toEqual([]);
});

it('asks whoever is hired, even before the loop was loaded, and keeps what is pinned', async () => {
  const { lab, history } = labOf('?experiments=4&steps=1');
  lab.team.hire(member('claude1', 'claude'));
  lab.team.dismiss('local');
  lab.team.pin('Try the rate.');
  await lab.open();
  await new Promise((resolve) => setTimeout(resolve, 150));
  const { study, team } = lab.getSnapshot();
  expect(study!.experiments.slice(1).map(({ member }) => member)).toEqual(
    Array.from({ length: 4 }, () => 'claude1'),
  );
  expect(team!.members.map(({ id }) => id)).toEqual(['claude1']);
  expect(study!.directions).toMatchObject([{ text: 'Try the rate.', pinned: true }]);
  const log = await history.events(study!.id);
  expect(log.some(({ type }) => type === 'directions-set')).toBe(true);

  // Another study is about other things.
  await lab.newStudy({
    task: 'builtin',
    program: PRESETS[0].name,
    budget: { unit: 'steps', amount: 1 },
  });
  expect(lab.getSnapshot().study!.directions ?? []).toEqual([]);
  await lab.openStudy(study!.id);
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(lab.getSnapshot().team!.directions).toEqual(study!.directions);
});

it('lends the device to probes, one at a time with trials', async () => {
  const { lab } = labOf('?experiments=1&steps=1');
  await lab.open();
  const probe = { id: 'probe', program: source, seed: 3 };
  const result = await lab.instruments.run!(probe, () => {}, new AbortController().signal);
  expect(result.status).toBe('finished');
});

it('lends its type checker to researchers', async () => {
  const problem = { file: 'model.ts', line: 3, column: 1, code: 2339, message: 'no such op' };
  const { lab } = labOf('', { types: async () => [problem] });
  expect(await lab.instruments.types!(source, new AbortController().signal)).toEqual([problem]);
});

/** A lab with what another one left in this browser. */
function reloadable() {
  const device = shelf();
  const approvals = approvalsOn(device);
  const history = withShelves(createMemoryHistory(), [approvals]);
  const load = (query: string) =>
    labOf(query, { history, approvals, absences: new Absences(device) }).lab;
  return { device, load };
}

it('asks for a word before each trial after a reload too, until the study is removed', async () => {
  const { device, load } = reloadable();
  const before = load('?experiments=1&steps=1');
  before.team.setApproval(true);
  const ran = before.open();
  const waiting = await until(before, ({ team }) => team?.waiting[0]?.stage === 'approval');
  before.stop();
  await ran;
  const { id } = waiting.study!;

  const after = load('?experiments=1&steps=1');
  await after.open();
  expect(after.getSnapshot().study!.id).toBe(id);
  after.start();
  const again = await until(after, ({ team }) => team?.waiting[0]?.stage === 'approval');
  expect(again.team!.approval).toBe(true);
  after.team.approve(again.team!.waiting[0]!.id);
  await until(after, ({ activity }) => activity === 'idle');
  expect(after.getSnapshot().study!.experiments).toHaveLength(2);

  await after.deleteStudy(id);
  expect(device.entries()).toEqual([]);
});

it('lets each study keep its own mode, and gives a new one that of the one before', async () => {
  const { load } = reloadable();
  const lab = load('?experiments=0&steps=1');
  await lab.open();
  const first = lab.getSnapshot().study!.id;
  const setup = {
    task: 'builtin',
    program: PRESETS[0].name,
    budget: { unit: 'steps', amount: 1 },
  } as const;
  await lab.newStudy(setup);
  lab.team.setApproval(true);
  await lab.newStudy(setup);
  const third = lab.getSnapshot().study!.id;
  await lab.openStudy(first);
  await until(lab, ({ team }) => team?.approval === false);
  await lab.openStudy(third);
  await until(lab, ({ team }) => team?.approval === true);
});

const doings = ({ team }: LabSnapshot) => team?.members.map(({ id, doing }) => `${id} ${doing}`);

it('leaves after a reload whoever was paused or dismissed, until a person chooses anew', async () => {
  const { device, load } = reloadable();
  const crew = () => ['claude-1', 'claude-2', 'claude-3'].map((id) => member(id, 'claude'));
  const before = load('?experiments=0&steps=1');
  before.team.seat(crew(), true);
  await before.open();
  before.team.pause('claude-2');
  before.team.dismiss('claude-3');

  const after = load('?experiments=0&steps=1');
  after.team.seat(crew(), false);
  await after.open();
  const rest = ['claude-1 resting', 'claude-2 paused'];
  await until(after, (snapshot) => String(doings(snapshot)) === String(rest));
  after.team.resume('claude-2');

  const again = load('?experiments=0&steps=1');
  again.team.seat(crew(), false);
  await until(again, (snapshot) => doings(snapshot)?.length === 2);
  expect(doings(again.getSnapshot())).toEqual(['claude-1 resting', 'claude-2 resting']);
  again.team.seat(crew(), true);
  await until(again, (snapshot) => doings(snapshot)?.length === 3);
  expect(device.entries().map(([name]) => name)).not.toContain('loopy-lab:absences');
});

it('keeps the local researcher at rest, and offers it again where nobody is left', async () => {
  const { load } = reloadable();
  const before = load('?experiments=1&steps=1');
  before.team.dismiss('local');
  const after = load('?experiments=1&steps=1');
  await after.open();
  const { team, study } = await until(after, ({ team: shown }) => Boolean(shown?.offer));
  expect(team!.members).toEqual([]);
  expect(study!.experiments).toHaveLength(1);
  after.team.accept();
  after.start();
  await until(after, ({ study: now }) => now?.experiments.length === 2);
  const later = load('?experiments=1&steps=1');
  await later.open();
  await until(later, (snapshot) => String(doings(snapshot)) === 'local resting');
});
