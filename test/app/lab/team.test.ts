import { expect, it } from 'vitest';
import { runFollowUp } from '../../../src/agent/followups/run';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import { runStudy } from '../../../src/agent/loop/run';
import type { Proposal } from '../../../src/agent/study';
import type { Member } from '../../../src/agent/team/member';
import { createTeam } from '../../../src/agent/team/team';
import { Bench } from '../../../src/app/lab/bench';
import { LabController } from '../../../src/app/lab/controller';
import type { LabParts } from '../../../src/app/lab/parts';
import { readSettings } from '../../../src/app/lab/settings';
import { taskOf } from '../../../src/app/lab/tasks';
import { PRESETS } from '../../../src/model/programs';
import { memoryCorpora } from '../../../src/model/tasks/stores/memory';
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

function labOf(query: string, more: Pick<LabParts, 'types'> = {}) {
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
    ...more,
  });
  return { lab, history };
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
