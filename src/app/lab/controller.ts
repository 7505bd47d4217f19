import type { FollowUpKind } from '../../agent/followups/follow-up';
import type { runFollowUp } from '../../agent/followups/run';
import { foldStudy } from '../../agent/history/fold';
import { oneAtATime, type SharedDevice } from '../../agent/loop/one-at-a-time';
import type { NewStudy } from '../../agent/loop/options';
import type { runStudy } from '../../agent/loop/run';
import type { TypeChecker } from '../../agent/researchers/claude/types/problem';
import type { History, Note, Researcher, Study, StudyEvent } from '../../agent/study';
import type { createTeam } from '../../agent/team/team';
import { presetNamed } from '../../model/programs';
import type { TaskSpec } from '../../model/tasks/task';
import { ReplayDesk } from '../replay/desk';
import type { DeviceChoice } from '../workers/protocol';
import type { Bench } from './bench';
import { exportedFile } from './exports';
import { follow } from './following';
import { HumanQueue } from './human-queue';
import { Jobs } from './jobs';
import {
  EMPTY_LAB,
  type ExportFormat,
  type HumanEdit,
  type Lab,
  type LabSnapshot,
  type StudySetup,
} from './lab';
import { LiveView } from './live-view';
import { NoteDesk } from './note-desk';
import { preparationOf } from './preparation';
import { fits, type Settings, setupOf } from './settings';
import { Store } from './store';
import type { TabLock } from './tab-lock';
import { type LabInstruments, TeamDesk } from './team-desk';

export interface LabParts {
  readonly history: History;
  readonly bench: Bench;
  /** The loop and who proposes, loaded when they are first needed. */
  readonly loadLoop: () => Promise<Loop>;
  readonly settings: Settings;
  /** Held while trials run, so that two tabs never disturb each other's clocks. */
  readonly lock: TabLock;
  /** The task that a visitor chose. Rejects in words when there is none. */
  readonly taskOf: (setup: StudySetup) => Promise<TaskSpec>;
  /** Checks types for researchers who write; loaded when it is first asked. */
  readonly types?: TypeChecker;
  /** Whether things may move on the page without having been asked to; default: yes. */
  readonly mayMove?: () => boolean;
}

export interface Loop {
  readonly runStudy: typeof runStudy;
  readonly runFollowUp: typeof runFollowUp;
  readonly createTeam: typeof createTeam;
  /** Needs no key: a member of every team from the beginning. */
  readonly researcher: Researcher;
}

/** The lab behind the page: it owns the study that is open, the loop, the history and the bench. */
export class LabController implements Lab {
  readonly #parts: LabParts;
  readonly #store = new Store<LabSnapshot>(EMPTY_LAB);
  readonly #queue = new HumanQueue((queued) => this.#store.patch({ queued }));
  readonly #jobs = new Jobs(
    () => this.#rest(),
    (error) => this.#say('problem', error instanceof Error ? error.message : String(error)),
  );
  /** A study that is ready but has not begun, so that there is nothing of it in the history. */
  #unbegun: NewStudy | null = null;
  /** What was chosen for the study that is being made, to try again where that failed. */
  #setup: StudySetup | null = null;
  readonly #notes: NoteDesk;
  /** The bench, which the loop shares with researchers' probes. */
  readonly #device: SharedDevice;
  readonly #live = new LiveView((live) => this.#store.patch({ live }));
  readonly team: TeamDesk;
  readonly instruments: LabInstruments;
  readonly player: ReplayDesk;

  constructor(parts: LabParts) {
    this.#parts = parts;
    this.#device = oneAtATime(parts.bench);
    this.#notes = new NoteDesk({
      history: parts.history,
      study: () => this.getSnapshot().study,
      busy: () => this.getSnapshot().activity !== 'idle',
      show: (study) => {
        if (this.getSnapshot().study?.id === study.id) this.#store.patch({ study });
      },
    });
    this.team = new TeamDesk({
      load: parts.loadLoop,
      note: (note) => this.#notes.write(note),
      show: (team) => this.#store.patch({ team }),
    });
    this.player = new ReplayDesk({
      history: parts.history,
      snapshot: this.getSnapshot,
      show: (shown) => this.#store.patch(shown),
      tell: (text) => this.#say('problem', text),
      job: (work) => {
        this.dismissNotice();
        return this.#jobs.replace(work);
      },
      look: (study, own, signal) => this.#look(study, own, signal),
      enter: (id, begin, signal) => this.#enter(id, begin, signal),
      fallBack: (signal) => this.#fallBack(parts.settings.autostart, signal),
      mayMove: parts.mayMove ?? (() => true),
    });
    this.instruments = {
      inspect: (program, signal) => this.#device.loop.inspect(program, signal),
      run: this.#device.run,
      diagnose: (program, signal) =>
        this.#device.alone(() => parts.bench.diagnose(program, signal), signal),
      note: (note) => this.#notes.write(note),
    };
  }

  subscribe = this.#store.subscribe;
  getSnapshot = this.#store.get;

  /** Goes on with the last study, or makes one; and begins it, unless a link or `begin` says not to. */
  open(begin = true): Promise<void> {
    const { settings, history } = this.#parts;
    const autostart = begin && settings.autostart;
    if (settings.problems.length > 0) {
      this.#say(
        'info',
        `The link asked for what the lab cannot do: ${settings.problems.join('; ')}.`,
      );
    }
    return this.#jobs.replace(async (signal) => {
      await this.#listStudies();
      const [newest] = this.getSnapshot().studies;
      const last = newest ? foldStudy(await history.events(newest.id)) : null;
      if (!last || !fits(last, settings)) {
        return this.#make(setupOf(settings), signal, autostart);
      }
      await this.#show(last, signal);
      if (autostart && last.status === 'running') {
        await this.#run(last.id, settings.experiments, signal);
      }
    });
  }

  start(): void {
    const { study, replay } = this.getSnapshot();
    if (replay) return void this.player.goOn();
    const next = study?.id ?? this.#unbegun;
    this.dismissNotice();
    void this.#jobs.replace(async (signal) => {
      if (!next) return this.#make(this.#setup ?? setupOf(this.#parts.settings), signal, true);
      if (study) await this.#ready(study, signal);
      await this.#run(next, this.#limit(study), signal);
    });
  }

  stop(): void {
    this.#store.patch({ activity: 'stopping' });
    void this.#jobs.replace(async () => {});
  }

  followUp(kind: FollowUpKind): void {
    this.dismissNotice();
    void this.#jobs.replace(async (signal) => {
      const { study } = this.getSnapshot();
      if (!study) throw new Error('there is no study to follow up');
      await this.#ready(study, signal);
      this.#sameText();
      const { device, facts } = this.getSnapshot();
      const { runFollowUp } = await this.#parts.loadLoop();
      this.#store.patch({ activity: 'following', following: kind });
      const { history, bench } = this.#parts;
      const order = {
        study: study.id,
        kind,
        device: device!.name,
        history,
        bench,
        runner: this.#device.loop,
        facts: facts!,
        signal,
        onEvent: (_: StudyEvent, study: Study) => this.#store.patch({ study }),
      };
      await this.#alone(signal, async () => {
        const said = await follow(runFollowUp, order);
        if (said) this.#say('problem', said);
      });
    });
  }

  newStudy(setup: StudySetup): Promise<void> {
    this.dismissNotice();
    return this.#jobs.replace((signal) => this.#make(setup, signal, true));
  }

  openStudy(id: string): Promise<void> {
    this.dismissNotice();
    return this.#jobs.replace(async (signal) => {
      await this.#show(foldStudy(await this.#parts.history.events(id)), signal);
    });
  }

  deleteStudy(id: string): Promise<void> {
    this.dismissNotice();
    return this.#jobs.replace(async (signal) => {
      await this.#parts.history.remove(id);
      await this.#fallBack(false, signal);
    });
  }

  select(selected: string | null): void {
    this.#store.patch({ selected });
  }

  propose(edit: HumanEdit): void {
    this.#queue.add(edit);
    this.#store.patch({ selected: null });
    if (this.getSnapshot().activity === 'idle') this.start();
  }

  dismissNotice(): void {
    this.#store.patch({ notice: null });
  }

  note(note: Note): void {
    this.#notes
      .write(note)
      .catch((error: Error) => this.#say('problem', `This was not written: ${error.message}.`));
  }

  exportStudy(format: ExportFormat) {
    const { study, facts } = this.getSnapshot();
    return exportedFile(study, this.#parts.history, format, facts);
  }

  /** Told by the bench: a timed trial waits for the tab to be seen, or goes on. */
  showWaiting(waiting: boolean): void {
    this.#live.hold(waiting);
  }

  /** Told by the history: this browser keeps nothing. */
  showVolatile(reason: string): void {
    this.#say('problem', `What happens here is gone with this tab: ${reason}`);
  }

  async #make(setup: StudySetup, signal: AbortSignal, begin: boolean): Promise<void> {
    this.#leave();
    this.#setup = setup;
    const preset = presetNamed(setup.program);
    if (!preset) throw new Error(`there is no program named ${setup.program}`);
    this.#store.patch({ activity: 'preparing', preparation: preparationOf(null) });
    const task = await this.#parts.taskOf(setup);
    const { device } = this.#parts.settings;
    await this.#prepare(task, { kind: device }, signal);
    const taskId = this.getSnapshot().facts!.id;
    const brief = setup.brief?.trim() ? { brief: setup.brief } : {};
    this.#unbegun = { task, taskId, baseline: preset.source, ...brief };
    if (begin) await this.#run(this.#unbegun, this.#parts.settings.experiments, signal);
  }

  async #show(study: Study, signal: AbortSignal): Promise<void> {
    this.#leave();
    this.#store.patch({ study });
    this.team.open(study);
    await this.#ready(study, signal);
  }

  /** Shows the newest study; makes one where there is none. */
  async #fallBack(begin: boolean, signal: AbortSignal): Promise<void> {
    await this.#listStudies();
    const [newest] = this.getSnapshot().studies;
    if (!newest) return this.#make(setupOf(this.#parts.settings), signal, begin);
    await this.#show(foldStudy(await this.#parts.history.events(newest.id)), signal);
  }

  async #enter(id: string, begin: boolean, signal: AbortSignal): Promise<void> {
    await this.#listStudies();
    const study = foldStudy(await this.#parts.history.events(id));
    await this.#show(study, signal);
    if (begin) await this.#run(id, this.#limit(study), signal);
  }

  /** Makes the task of a study ready that is only looked at; a recording's device is no better than ours. */
  async #look(study: Study, own: boolean, signal: AbortSignal): Promise<void> {
    this.#leave();
    if (own) return this.#ready(study, signal);
    await this.#prepare(study.task, { kind: this.#parts.settings.device }, signal);
  }

  /** Forgets what belongs to the study that was open. */
  #leave(): void {
    this.#queue.clear();
    this.team.open(null);
    this.#unbegun = null;
    this.#store.patch({ study: null, selected: null, facts: null, device: null });
  }

  /** Makes the bench ready for a study of the history, on its own device where that is here. */
  async #ready(study: Study, signal: AbortSignal): Promise<void> {
    const { facts, device } = this.getSnapshot();
    if (facts?.id === study.taskId && device?.name === study.device) return;
    try {
      const own = { kind: 'named', name: study.device } as const;
      await this.#prepare(study.task, own, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof Error && error.name === 'NoDeviceError'))
        throw error;
      // To look at it any device will do; to go on with it, none but its own, as the loop will say.
      await this.#prepare(study.task, { kind: 'auto' }, signal);
    }
  }

  async #prepare(task: TaskSpec, device: DeviceChoice, signal: AbortSignal): Promise<void> {
    this.#store.patch({ activity: 'preparing', preparation: preparationOf(null) });
    // It is needed right after, and comes meanwhile; if it does not come, that is said then.
    this.#parts.loadLoop().catch(() => {});
    const prepared = await this.#parts.bench.prepare(
      { task, device },
      (progress) => this.#store.patch({ preparation: preparationOf(progress) }),
      signal,
    );
    this.#store.patch({ ...prepared, preparation: null });
  }

  async #run(study: NewStudy | string, experiments: number | null, signal: AbortSignal) {
    const { history, bench } = this.#parts;
    const { device } = this.getSnapshot();
    this.#sameText();
    this.#store.patch({ activity: 'running' });
    const { runStudy } = await this.#parts.loadLoop();
    const team = await this.team.ready();
    await this.#alone(signal, async () => {
      let next = study;
      for (;;) {
        const ended = await runStudy({
          study: next,
          device: device!.name,
          researcher: this.#queue.before(team),
          runner: this.#device.loop,
          history,
          limits: experiments === null ? {} : { experiments },
          onOpen: (write) => this.#notes.attach(write),
          onEvent: (event, study) => this.#onEvent(event, study),
          onTrialEvent: (_, event) => this.#live.hear(event),
          signal,
        }).finally(() => this.#notes.detach());
        this.#unbegun = null;
        // A tab that comes and goes makes void trials, which is no reason to give up the study.
        next = ended.id;
        if (signal.aborted || ended.status !== 'stopped' || !bench.lastWasHidden) {
          if (!signal.aborted && ended.ending)
            this.#say('info', `The study ended: ${ended.ending}.`);
          return;
        }
      }
    });
  }

  /** Throws where a study of the history can no longer be gone on with, since its text is another. */
  #sameText(): void {
    const { facts, study } = this.getSnapshot();
    if (study && facts?.id !== study.taskId) {
      throw new Error(
        'The text of this study is no longer what it was, so that new scores could not be compared with its old ones. Begin a new study.',
      );
    }
  }

  /** Runs trials while no other tab does. */
  async #alone(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    let waited = false;
    const wait = () => {
      waited = true;
      this.#say(
        'info',
        'Another tab of this browser is training; this one begins when it is done.',
      );
    };
    await this.#parts.lock.hold(signal, wait, async () => {
      if (waited) this.dismissNotice();
      await work();
    });
  }

  #onEvent(event: StudyEvent, study: Study): void {
    this.#store.patch({ study });
    if (event.type === 'study-created') void this.#listStudies();
    if (event.type === 'trial-started') this.#live.begin(event);
    if (event.type === 'trial-ended') this.#live.end();
    if (event.type === 'proposal-refused' && event.proposal.researcher === 'human') {
      this.#say('info', `Your edit was not run: ${event.reason}.`);
    }
  }

  /** A person who starts a study that has reached its limit wants as many experiments again. */
  #limit(study: Study | null): number | null {
    const { experiments } = this.#parts.settings;
    if (experiments === null) return null;
    const done = Math.max(0, (study?.experiments.length ?? 0) - 1);
    return done < experiments ? experiments : done + Math.max(experiments, this.#queue.length);
  }

  async #listStudies(): Promise<void> {
    this.#store.patch({ studies: await this.#parts.history.studies() });
  }

  #rest(): void {
    this.#live.end();
    this.#store.patch({ activity: 'idle', preparation: null, following: null });
    this.#notes.rest();
  }

  #say(tone: 'info' | 'problem', text: string): void {
    this.#store.patch({ notice: { tone, text } });
  }
}
