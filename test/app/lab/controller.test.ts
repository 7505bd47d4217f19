import { beforeEach, describe, expect, it } from 'vitest';
import { runFollowUp } from '../../../src/agent/followups/run';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import { runStudy } from '../../../src/agent/loop/run';
import type { History, Researcher } from '../../../src/agent/study';
import { createTeam } from '../../../src/agent/team/team';
import { DEFAULT_PAIRED } from '../../../src/agent/verdicts/paired';
import { Absences } from '../../../src/app/lab/absences';
import { Bench } from '../../../src/app/lab/bench';
import { LabController } from '../../../src/app/lab/controller';
import { approvalsOn } from '../../../src/app/lab/kept';
import type { LabSnapshot } from '../../../src/app/lab/lab';
import { readSettings } from '../../../src/app/lab/settings';
import { taskOf } from '../../../src/app/lab/tasks';
import { PRESETS } from '../../../src/model/programs';
import { memoryCorpora } from '../../../src/model/tasks/stores/memory';
import { type Behaviour, endless, FakeTab, FakeWorker, scores } from '../fake-worker';

const source = PRESETS[0].source;

/** Proposes one edit after another, each of another text. */
function counting(): Researcher {
  let count = 0;
  return {
    name: 'local',
    propose: async (study) => ({
      title: `edit ${++count}`,
      hypothesis: 'It may help.',
      kind: 'test',
      program: { ...source, optimizer: `${source.optimizer}\n// ${count} ${study.id}` },
      parent: study.incumbent,
      researcher: 'local',
    }),
  };
}

let history: History;
let tab: FakeTab;
beforeEach(() => {
  history = createMemoryHistory();
  tab = new FakeTab();
});

function labOf(query: string, behaviour: Behaviour = scores(() => 1.5)) {
  const corpora = memoryCorpora();
  const bench = new Bench({ connect: () => new FakeWorker(behaviour), visibility: tab });
  return new LabController({
    history,
    bench,
    loadLoop: async () => ({ runStudy, runFollowUp, createTeam, researcher: counting() }),
    settings: readSettings(query),
    lock: { hold: (_signal, _wait, job) => job() },
    taskOf: (setup) => taskOf(setup, corpora),
    approvals: approvalsOn(null),
    absences: new Absences(null),
  });
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

describe('the lab', () => {
  it('begins a first study by itself and goes on to its limit', async () => {
    const lab = labOf('?experiments=3&seconds=1');
    await lab.open();
    const { study, activity, studies, notice, live } = lab.getSnapshot();
    expect(study?.experiments.map(({ number }) => number)).toEqual([0, 1, 2, 3]);
    expect(study?.experiments.every(({ verdict }) => verdict)).toBe(true);
    expect(study?.status).toBe('finished');
    expect(study?.task.budget).toEqual({ unit: 'seconds', amount: 1 });
    expect(studies).toHaveLength(1);
    expect(activity).toBe('idle');
    expect(live).toBeNull();
    expect(notice?.text).toContain('3 experiments');
  });

  it('waits for a click where the link says so, and keeps no study that never began', async () => {
    const lab = labOf('?autostart=0&experiments=1');
    await lab.open();
    expect(lab.getSnapshot()).toMatchObject({ activity: 'idle', study: null });
    expect(lab.getSnapshot().facts).not.toBeNull();
    expect(await history.studies()).toEqual([]);
    lab.start();
    await until(lab, ({ study }) => study?.status === 'finished');
    expect(await history.studies()).toHaveLength(1);
  });

  it('goes on with a study that was running when its tab was killed, and loses nothing of it', async () => {
    const killed = labOf(
      '?experiments=2',
      scores(() => 1.5),
    );
    await killed.open();
    const { study } = killed.getSnapshot();
    const events = (await history.events(study!.id)).slice(0, -4);
    await history.remove(study!.id);
    for (const event of events) await history.append(study!.id, event);

    const lab = labOf('?experiments=2');
    await lab.open();
    const after = await history.events(study!.id);
    expect(after.slice(0, events.length)).toEqual(events);
    expect(lab.getSnapshot().study).toMatchObject({ id: study!.id, status: 'finished' });
    expect(await history.studies()).toHaveLength(1);
  });

  it('shows a study that was stopped, and does not begin it by itself', async () => {
    const first = labOf('', endless);
    const opened = first.open();
    await until(first, ({ live }) => live !== null);
    first.stop();
    await opened;
    await until(first, ({ activity }) => activity === 'idle');
    expect(first.getSnapshot().study?.status).toBe('stopped');

    const lab = labOf('');
    await lab.open();
    expect(lab.getSnapshot()).toMatchObject({ activity: 'idle', study: { status: 'stopped' } });
  });

  it('begins a new study when the link is about another task', async () => {
    await labOf('?experiments=0').open();
    const lab = labOf('?experiments=0&program=gpt');
    await lab.open();
    expect(lab.getSnapshot().studies).toHaveLength(2);
    expect(lab.getSnapshot().study?.baseline).toEqual(PRESETS[1]!.source);
  });

  it('shows the trial under way, with its experiment', async () => {
    const lab = labOf('', endless);
    void lab.open();
    const { live, study } = await until(lab, (snapshot) => snapshot.live?.stage === 'training');
    expect(live?.experiment).toBe(study?.experiments[0]?.id);
    lab.stop();
    expect(lab.getSnapshot().activity).toBe('stopping');
    const stopped = await until(lab, ({ activity }) => activity === 'idle');
    expect(stopped.live).toBeNull();
  });

  it('runs a visitor’s own edit before what the researcher would try', async () => {
    const lab = labOf('?experiments=1');
    await lab.open();
    const program = { ...source, model: source.model.replace('mlp: 4', 'mlp: 2') };
    lab.propose({ hypothesis: 'Less may be more.', program, parent: '0' });
    const { study, queued } = await until(lab, (snapshot) =>
      snapshot.study!.experiments.some(
        ({ kind, verdict }) => kind === 'by-hand' && verdict && snapshot.activity === 'idle',
      ),
    );
    const own = study!.experiments.find((experiment) => experiment.kind === 'by-hand')!;
    expect(own).toMatchObject({ hypothesis: 'Less may be more.', program, parent: '0' });
    expect(own.title).toContain('model.ts +1 -1');
    expect(queued).toEqual([]);
  });

  it('does not give up a study because its tab comes and goes', async () => {
    let trials = 0;
    const lab = labOf('?experiments=0', (request, onEvent, stopped) => {
      trials++;
      if (trials > 6) return scores(() => 1.5)(request, onEvent, stopped);
      setTimeout(() => {
        tab.set(true);
        setTimeout(() => tab.set(false));
      });
      return stopped;
    });
    await lab.open();
    // Six that were hidden, and the seeds of the baseline, of which the noise is measured.
    expect(trials).toBe(6 + DEFAULT_PAIRED.calibration);
    expect(lab.getSnapshot().study).toMatchObject({ status: 'finished' });
  });

  it('says in words why a study cannot go on', async () => {
    const lab = labOf('', async () => ({ status: 'void', reason: 'the GPU was lost' }));
    await lab.open();
    expect(lab.getSnapshot().notice?.text).toContain('the GPU was lost');
    expect(lab.getSnapshot().activity).toBe('idle');
  });

  it('says in words what a link asked in vain', async () => {
    const lab = labOf('?task=nope&autostart=0');
    await lab.open();
    expect(lab.getSnapshot().notice?.text).toContain('there is no task nope');
  });

  it('tries again where a text could not be had', async () => {
    let offline = true;
    const corpora = memoryCorpora();
    const lab = new LabController({
      history,
      bench: new Bench({ connect: () => new FakeWorker(scores(() => 1)), visibility: tab }),
      loadLoop: async () => ({ runStudy, runFollowUp, createTeam, researcher: counting() }),
      settings: readSettings('?task=names&experiments=0'),
      lock: { hold: (_signal, _wait, job) => job() },
      approvals: approvalsOn(null),
      absences: new Absences(null),
      taskOf: (setup) => {
        if (offline) throw new Error('the text could not be reached');
        return taskOf(setup, corpora);
      },
    });
    await lab.open();
    expect(lab.getSnapshot()).toMatchObject({
      activity: 'idle',
      study: null,
      notice: { tone: 'problem', text: 'the text could not be reached' },
    });
    offline = false;
    lab.start();
    const { study } = await until(lab, (snapshot) => snapshot.study?.status === 'finished');
    expect(study?.task.name).toBe('names');
  });

  it('shows a study of a device that is not here, and says why it cannot go on', async () => {
    await labOf('?experiments=0').open();
    const [entry] = await history.studies();
    const events = await history.events(entry!.id);
    await history.remove(entry!.id);
    for (const event of events) {
      await history.append(
        entry!.id,
        event.type === 'study-created' ? { ...event, device: 'webgpu (moon)' } : event,
      );
    }
    const lab = labOf('');
    await lab.open();
    expect(lab.getSnapshot().facts).not.toBeNull();
    lab.start();
    const { notice } = await until(lab, (snapshot) => snapshot.notice?.tone === 'problem');
    expect(notice?.text).toContain('webgpu (moon)');
  });

  it('learns from a text of one’s own', async () => {
    const lab = labOf('?autostart=0&experiments=0');
    await lab.open();
    const text = 'the cat sat on the mat. '.repeat(200);
    await lab.newStudy({
      task: 'own',
      ownText: { name: 'cats.txt', text },
      program: 'microgpt',
      budget: { unit: 'steps', amount: 5 },
    });
    expect(lab.getSnapshot().study?.task).toMatchObject({
      name: 'cats.txt',
      corpus: { kind: 'text', bytes: text.length },
      tokenizer: { kind: 'characters' },
    });
  });

  it('follows a study up, pauses, and goes on after a reload', async () => {
    const better = scores(({ program, seed }) =>
      program.optimizer === source.optimizer ? 1.5 + seed / 2 ** 40 : 1.2 + seed / 2 ** 39,
    );
    const first = labOf('?experiments=1&steps=5', better);
    await first.open();
    expect(first.getSnapshot().study?.incumbent).toBe('1');

    let trials = 0;
    const slow = labOf('?autostart=0', (...args) =>
      ++trials > 3 ? endless(...args) : better(...args),
    );
    await slow.open();
    slow.followUp('replication');
    await until(slow, ({ study }) => study?.followUps[0]?.trials.length === 3);
    expect(slow.getSnapshot()).toMatchObject({ activity: 'following', following: 'replication' });
    slow.stop();
    await until(slow, ({ activity }) => activity === 'idle');
    expect(slow.getSnapshot().following).toBeNull();
    expect(slow.getSnapshot().study?.followUps[0]?.paused).toBe('paused by hand');

    const again = labOf('?autostart=0', better);
    await again.open();
    again.followUp('replication');
    const { study } = await until(again, ({ study }) => study?.followUps[0]?.status === 'ended');
    expect(study?.followUps).toHaveLength(1);
    expect(study?.followUps[0]?.trials).toHaveLength(20);
    expect(study?.status).toBe('finished');
  });

  it('opens, exports and deletes studies', async () => {
    const lab = labOf('?experiments=1');
    await lab.open();
    const first = lab.getSnapshot().study!.id;
    await lab.newStudy({
      task: 'builtin',
      program: 'gpt',
      budget: { unit: 'steps', amount: 1 },
    });
    const second = lab.getSnapshot().study!.id;
    await lab.openStudy(first);
    expect(lab.getSnapshot().study?.id).toBe(first);
    const tsv = await lab.exportStudy('tsv');
    expect(tsv.text.split('\n')[0]).toMatch(/^id\tval_bpb\tmemory\tstatus\tdescription/);
    const json = await lab.exportStudy('json');
    expect(JSON.parse(json.text)).toMatchObject({ format: 'loopy-study' });
    await lab.deleteStudy(first);
    expect(lab.getSnapshot().study?.id).toBe(second);
    expect(lab.getSnapshot().studies.map(({ id }) => id)).toEqual([second]);
  });
});
