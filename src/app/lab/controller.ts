import type { FollowUpKind } from '../../agent/followups/follow-up';
import { oneAtATime } from '../../agent/loop/one-at-a-time';
import type { Note } from '../../agent/study';
import { ReplayDesk } from '../replay/desk';
import { exportedFile } from './exports';
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
import { OpenStudy } from './open-study';
import type { LabParts, Say } from './parts';
import { Runs } from './runs';
import { fits, setupOf } from './settings';
import { Store } from './store';
import { type LabInstruments, TeamDesk } from './team-desk';

/**
 * The lab behind the page: it alone says what happens next. A command becomes a job, of which the newest ends
 * the one before; what a job is made of is in the rooms that are wired here.
 */
export class LabController implements Lab {
  readonly #parts: LabParts;
  readonly #store = new Store<LabSnapshot>(EMPTY_LAB);
  readonly #say: Say = (tone, text) => this.#store.patch({ notice: { tone, text } });
  readonly #queue = new HumanQueue((queued) => this.#store.patch({ queued }));
  readonly #live = new LiveView((live) => this.#store.patch({ live }));
  readonly #jobs = new Jobs(
    () => this.#rest(),
    (error) => this.#say('problem', error instanceof Error ? error.message : String(error)),
  );
  readonly #notes: NoteDesk;
  readonly #open: OpenStudy;
  readonly #runs: Runs;
  readonly team: TeamDesk;
  readonly instruments: LabInstruments;
  readonly player: ReplayDesk;

  constructor(parts: LabParts) {
    this.#parts = parts;
    const { history, bench } = parts;
    const store = this.#store;
    const device = oneAtATime(bench);
    this.#notes = new NoteDesk({
      history,
      study: () => store.get().study,
      busy: () => store.get().activity !== 'idle',
      show: (study) => {
        if (store.get().study?.id === study.id) store.patch({ study });
      },
    });
    this.team = new TeamDesk({
      load: parts.loadLoop,
      note: (note) => this.#notes.write(note),
      show: (team) => store.patch({ team }),
      study: () => (store.get().replay ? null : store.get().study),
      approvals: parts.approvals,
      absences: parts.absences,
    });
    this.#open = new OpenStudy({
      ...parts,
      store,
      onTurn: (study) => {
        if (!study) this.#queue.clear();
        this.team.open(study);
      },
    });
    this.#runs = new Runs({
      ...parts,
      store,
      device,
      team: this.team,
      queue: this.#queue,
      notes: this.#notes,
      live: this.#live,
      say: this.#say,
      onCreated: () => {
        this.team.keepApproval();
        void this.#open.list();
      },
    });
    this.player = new ReplayDesk({
      history,
      snapshot: this.getSnapshot,
      show: (shown) => store.patch(shown),
      tell: (text) => this.#say('problem', text),
      job: (work) => this.#job(work),
      look: (study, own, signal) => this.#open.look(study, own, signal),
      enter: (id, begin, signal) => this.#enter(id, begin, signal),
      fallBack: (signal) => this.#fallBack(parts.settings.autostart, signal),
      mayMove: parts.mayMove ?? (() => true),
    });
    this.instruments = {
      inspect: (program, signal) => device.loop.inspect(program, signal),
      run: device.run,
      diagnose: (program, signal) => device.alone(() => bench.diagnose(program, signal), signal),
      note: (note) => this.#notes.write(note),
      ...(parts.types && { types: parts.types }),
    };
  }

  subscribe = this.#store.subscribe;
  getSnapshot = this.#store.get;

  /** Goes on with the last study, or makes one; and begins it, unless a link or `begin` says not to. */
  open(begin = true): Promise<void> {
    const { settings } = this.#parts;
    const autostart = begin && settings.autostart;
    if (settings.problems.length > 0) {
      this.#say(
        'info',
        `The link asked for what the lab cannot do: ${settings.problems.join('; ')}.`,
      );
    }
    return this.#jobs.replace(async (signal) => {
      const last = await this.#open.newest();
      if (!last || !fits(last, settings)) {
        return this.#make(setupOf(settings), signal, autostart);
      }
      await this.#open.show(last, signal);
      if (autostart && last.status === 'running') {
        await this.#runs.loop(last.id, settings.experiments, signal);
      }
    });
  }

  start(): void {
    const { study, replay } = this.getSnapshot();
    if (replay) return void this.player.goOn();
    const { next } = this.#open;
    void this.#job(async (signal) => {
      if (!next) return this.#make(this.#open.setup, signal, true);
      if (study) await this.#open.ready(study, signal);
      await this.#runs.loop(next, this.#runs.limit(study), signal);
    });
  }

  stop(): void {
    this.#store.patch({ activity: 'stopping' });
    void this.#jobs.replace(async () => {});
  }

  followUp(kind: FollowUpKind): void {
    void this.#job(async (signal) => {
      const { study } = this.getSnapshot();
      if (!study) throw new Error('there is no study to follow up');
      await this.#open.ready(study, signal);
      await this.#runs.followUp(study, kind, signal);
    });
  }

  newStudy(setup: StudySetup): Promise<void> {
    return this.#job((signal) => this.#make(setup, signal, true));
  }

  openStudy(id: string): Promise<void> {
    return this.#job(async (signal) => this.#open.show(await this.#open.read(id), signal));
  }

  deleteStudy(id: string): Promise<void> {
    return this.#job(async (signal) => {
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

  /** What was said about the last job is said no longer. */
  #job(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.dismissNotice();
    return this.#jobs.replace(work);
  }

  async #make(setup: StudySetup, signal: AbortSignal, begin: boolean): Promise<void> {
    const made = await this.#open.make(setup, signal);
    if (begin) await this.#runs.loop(made, this.#parts.settings.experiments, signal);
  }

  /** Shows the newest study; makes one where there is none. */
  async #fallBack(begin: boolean, signal: AbortSignal): Promise<void> {
    const newest = await this.#open.newest();
    if (!newest) return this.#make(setupOf(this.#parts.settings), signal, begin);
    await this.#open.show(newest, signal);
  }

  async #enter(id: string, begin: boolean, signal: AbortSignal): Promise<void> {
    await this.#open.list();
    const study = await this.#open.read(id);
    await this.#open.show(study, signal);
    if (begin) await this.#runs.loop(id, this.#runs.limit(study), signal);
  }

  #rest(): void {
    this.#live.end();
    this.#store.patch({ activity: 'idle', preparation: null, following: null });
    this.#notes.rest();
  }
}
