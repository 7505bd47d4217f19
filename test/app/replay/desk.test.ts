import { beforeEach, describe, expect, it, vi } from 'vitest';
import { runFollowUp } from '../../../src/agent/followups/run';
import { exportStudy } from '../../../src/agent/history/exchange';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import { runStudy } from '../../../src/agent/loop/run';
import type { History, Researcher } from '../../../src/agent/study';
import { createTeam } from '../../../src/agent/team/team';
import { Absences } from '../../../src/app/lab/absences';
import { Bench } from '../../../src/app/lab/bench';
import { LabController } from '../../../src/app/lab/controller';
import { approvalsOn } from '../../../src/app/lab/kept';
import type { LabSnapshot } from '../../../src/app/lab/lab';
import { readSettings } from '../../../src/app/lab/settings';
import { taskOf } from '../../../src/app/lab/tasks';
import { PRESETS } from '../../../src/model/programs';
import type { ProgramSource } from '../../../src/model/programs/program';
import { memoryCorpora } from '../../../src/model/tasks/stores/memory';
import { type Behaviour, DEVICE, endless, FakeTab, FakeWorker, scores } from '../fake-worker';

const { source } = PRESETS[0];

const numberOf = ({ optimizer }: ProgramSource) => Number(/\/\/ (\d)$/.exec(optimizer)?.[1] ?? 0);

/** One edit after another; what it proposes depends on the study alone. */
const researcher: Researcher = {
  name: 'local',
  propose: async (study) => {
    const number = numberOf(study.baseline) + study.experiments.length;
    return {
      title: `edit ${number}`,
      hypothesis: 'It may help.',
      kind: 'test',
      program: { ...source, optimizer: `${source.optimizer}\n// ${number}` },
      parent: study.incumbent,
      researcher: 'local',
    };
  },
};

let history: History;
let trials: number;
let lab: LabController;
beforeEach(async () => {
  history = createMemoryHistory();
  trials = 0;
  lab = labOf();
  await lab.open();
});

/** Each edit is better than the one before. */
const better = scores(({ program, seed }) => {
  trials++;
  return 1.5 - 0.1 * numberOf(program) + 0.001 * (seed % 7);
});

function labOf(query = '?experiments=3&seconds=1', behaviour: Behaviour = better): LabController {
  const corpora = memoryCorpora();
  return new LabController({
    history,
    bench: new Bench({ connect: () => new FakeWorker(behaviour), visibility: new FakeTab() }),
    loadLoop: async () => ({ runStudy, runFollowUp, createTeam, researcher }),
    settings: readSettings(query),
    lock: { hold: (_signal, _wait, job) => job() },
    taskOf: (setup) => taskOf(setup, corpora),
    approvals: approvalsOn(null),
    absences: new Absences(null),
    mayMove: () => false,
  });
}

function until(wanted: (snapshot: LabSnapshot) => boolean, on = lab): Promise<LabSnapshot> {
  return new Promise((resolve) => {
    const look = () => {
      const snapshot = on.getSnapshot();
      if (!wanted(snapshot)) return;
      stop();
      resolve(snapshot);
    };
    const stop = on.subscribe(look);
    look();
  });
}

const only = async () => (await history.studies())[0]!.id;
const logs = async () => {
  const ids = (await history.studies()).map(({ id }) => id);
  return Promise.all(ids.map((id) => history.events(id)));
};
const replaying = () => until(({ replay }) => replay !== null);
const idle = (on = lab) => until(({ activity, replay }) => activity === 'idle' && !replay, on);
/** The study as a file; the fake worker's hashes are whole programs, longer than a log may hold. */
const recording = async () => {
  const file: unknown = JSON.parse(await exportStudy(history, await only()));
  const short = (key: string, value: unknown) =>
    key === 'graphHash' ? `hash ${String(value).length}` : value;
  return new Blob([JSON.stringify(file, short)]);
};
const text = (content: string) => new Blob([content]);

describe('a replay in the page', () => {
  it('shows the study as it stood, trains nothing and writes nothing', async () => {
    const whole = lab.getSnapshot().study!;
    const [before, ran] = [await logs(), trials];
    void lab.player.openStudy(whole.id);
    const first = await replaying();
    expect(first).toMatchObject({ activity: 'replaying', replay: { time: 0, playing: false } });
    expect(first.study?.experiments).toEqual([]);
    expect(first.facts).not.toBeNull();
    lab.player.step('next');
    lab.player.step('next');
    expect(lab.getSnapshot().study?.experiments.filter((e) => e.verdict)).toHaveLength(2);
    lab.player.seek(1e9);
    expect(lab.getSnapshot().study).toEqual(whole);
    lab.player.seek(0);
    expect(lab.getSnapshot().study?.experiments).toEqual([]);
    await lab.player.leave();
    expect(lab.getSnapshot()).toMatchObject({ activity: 'idle', replay: null, live: null });
    expect(lab.getSnapshot().study).toEqual(whole);
    expect(await logs()).toEqual(before);
    expect(trials).toBe(ran);
  });

  it('makes way for whatever else is asked for', async () => {
    const id = await only();
    void lab.player.openStudy(id);
    await replaying();
    await lab.openStudy(id);
    expect(lab.getSnapshot()).toMatchObject({ activity: 'idle', replay: null });
    void lab.player.openStudy(id);
    await replaying();
    lab.stop();
    expect((await idle()).replay).toBeNull();
    lab.player.play();
    expect(lab.getSnapshot().replay).toBeNull();
  });

  it('comes home to the study that ran, and lets it run', async () => {
    const more = labOf('?seconds=1', (...given) => {
      trials++;
      return endless(...given);
    });
    void more.open().then(() => more.start());
    await until(({ live }) => live !== null, more);
    const home = more.getSnapshot().study!.id;
    void more.player.openFile(await recording());
    await until(({ replay }) => replay !== null, more);
    const done = trials;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(trials).toBe(done);
    void more.player.leave();
    const back = await until(({ activity, live }) => activity === 'running' && !!live, more);
    expect(back.study!.id).toBe(home);
    await vi.waitFor(() => expect(trials).toBe(done + 1));
    more.stop();
    await idle(more);
  });

  it.each([
    [
      '{"format":"loopy-study","version":"1","events":[{"type":"boom"}]}',
      /events\[0\]\.type must be/,
    ],
    ['{"format":"loopy-study","version":"1","events":[]}', /the log is empty/],
    ['not a study', /it is not JSON/],
    ['\x1f', /it is not JSON/],
  ])('says what is wrong with %j, and the lab goes on', async (content, words) => {
    const before = lab.getSnapshot().study;
    await lab.player.openFile(text(content));
    const { notice, study, activity, replay } = lab.getSnapshot();
    expect(notice).toEqual({ tone: 'problem', text: expect.stringMatching(words) });
    expect(notice!.text).toMatch(/^This study cannot be replayed: /);
    expect([study, activity, replay]).toEqual([before, 'idle', null]);
  });

  it('says so when a packed recording was cut off', async () => {
    const packed = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2]);
    await lab.player.openFile(new Blob([packed]));
    expect(lab.getSnapshot().notice!.text).toMatch(/packed, and cannot be unpacked/);
  });
});

describe('going on from a replay', () => {
  it('of this device copies what was settled, and comes to the same verdicts', async () => {
    const whole = lab.getSnapshot().study!;
    void lab.player.openStudy(whole.id);
    await replaying();
    lab.player.step('next');
    lab.player.step('next');
    void lab.player.goOn();
    await until(({ activity, study }) => activity === 'running' && study?.id !== whole.id);
    const { study, studies } = await idle();
    expect(studies).toHaveLength(2);
    expect(study!.origin).toMatchObject({ study: whole.id, seeds: whole.id });
    expect(study!.experiments.map(({ title, verdict }) => [title, verdict])).toEqual(
      whole.experiments.map(({ title, verdict }) => [title, verdict]),
    );
    const own = await history.events(study!.id);
    const resumed = own.findIndex(({ type }) => type === 'study-resumed');
    const copied = own.slice(0, resumed);
    const decided = copied.flatMap((e) => (e.type === 'verdict' ? [e.experiment] : []));
    expect(decided).toEqual(['0', '1']);
    const origin = await history.events(whole.id);
    expect(own.slice(1, resumed)).toEqual(origin.slice(1, resumed));
  });

  it('of a recording begins with the best program by then, measured here', async () => {
    const whole = lab.getSnapshot().study!;
    void lab.player.openFile(await recording());
    await replaying();
    lab.player.step('next');
    lab.player.step('next');
    const best = lab.getSnapshot().study!.incumbent!;
    lab.start();
    await until(({ activity, study }) => activity === 'running' && study?.id !== whole.id);
    const { study } = await idle();
    expect(study!.device).toBe(DEVICE.name);
    expect(study!.baseline).toEqual(whole.experiments.find(({ id }) => id === best)!.program);
    expect(study!.origin).toEqual({ study: whole.id, device: whole.device, experiment: best });
    expect(study!.insights[0]!.text).toContain(`experiment ${best}`);
    expect(study!.experiments[0]!.verdict!.ground).toBe('baseline');
    const seeds = new Set(whole.experiments.flatMap((e) => e.trials.map(({ seed }) => seed)));
    const own = study!.experiments.flatMap((e) => e.trials.map(({ seed }) => seed));
    expect(own.some((seed) => seeds.has(seed))).toBe(false);
  });
});
