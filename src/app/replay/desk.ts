import { foldStudy } from '../../agent/history/fold';
import { newStudyId } from '../../agent/loop/seeds';
import { copyBranch, programBranch, writeLog } from '../../agent/replay/branch';
import { readRecording } from '../../agent/replay/file';
import type { History, Study, StudyEvent } from '../../agent/study';
import type { LabSnapshot } from '../lab/lab';
import { comparable } from './comparable';
import { Player } from './player';
import { fetchRecording, type ShippedRecording } from './recordings';
import type { LabPlayer, Speed } from './view';

export interface ReplayDeskParts {
  readonly history: History;
  readonly snapshot: () => LabSnapshot;
  readonly show: (parts: Partial<LabSnapshot>) => void;
  readonly tell: (text: string) => void;
  /** Ends what runs and does this instead, until it is done or something else is asked for. */
  readonly job: (work: (signal: AbortSignal) => Promise<void>) => Promise<void>;
  /** Forgets the study that was open, and makes the task of this one ready, on a device to look at it. */
  readonly look: (study: Study, own: boolean, signal: AbortSignal) => Promise<void>;
  /** Opens a study of the history; begins it where that is asked. */
  readonly enter: (id: string, begin: boolean, signal: AbortSignal) => Promise<void>;
  /** Shows whatever a visitor who opens no study is shown. */
  readonly fallBack: (signal: AbortSignal) => Promise<void>;
  /** Whether things may move without having been asked to. */
  readonly mayMove: () => boolean;
  readonly now?: () => number;
}

/** What was open before the replay. */
interface Home {
  readonly study: string | null;
  readonly ran: boolean;
}

/**
 * Plays studies in the page: every pane shows the study as it stood. A replay is a job like a running loop,
 * so that nothing trains meanwhile, and it writes nothing: only `goOn` makes a study, and leaves the replay.
 */
export class ReplayDesk implements LabPlayer {
  readonly #parts: ReplayDeskParts;
  #player: Player | null = null;
  #home: Home | null = null;
  /** Counts what was asked to be opened: only the last of it is. */
  #asked = 0;

  constructor(parts: ReplayDeskParts) {
    this.#parts = parts;
  }

  openStudy = (id: string) => this.#open(true, () => this.#parts.history.events(id));

  openRecording = (recording: ShippedRecording) =>
    this.#open(false, async () => (await readRecording(await fetchRecording(recording))).events);

  openFile = (file: Blob) =>
    this.#open(false, async () => {
      return (await readRecording(new Uint8Array(await file.arrayBuffer()))).events;
    });

  play = () => this.#player?.play();
  pause = () => this.#player?.pause();
  setSpeed = (speed: Speed) => this.#player?.setSpeed(speed);
  seek = (time: number) => this.#player?.seek(time);
  step = (side: 'next' | 'previous') => this.#player?.step(side);

  goOn = async (): Promise<void> => {
    const player = this.#player;
    if (!player) return;
    const { position, events, tape } = player;
    player.pause();
    await this.#parts.job(async (signal) => {
      const log = this.#branch(events, position, tape.own);
      await writeLog(this.#parts.history, log);
      this.#home = null;
      await this.#parts.enter(foldStudy(log).id, true, signal);
    });
  };

  leave = async (): Promise<void> => {
    if (this.#player) await this.#parts.job((signal) => this.#goHome(signal));
  };

  /** Reads a log and plays it until something else is asked for; what cannot be read changes nothing. */
  async #open(own: boolean, read: () => Promise<readonly StudyEvent[]>): Promise<void> {
    const asked = ++this.#asked;
    let player: Player;
    try {
      player = new Player(await read(), own, (picture) => this.#parts.show(picture));
    } catch (error) {
      this.#parts.tell(`This study cannot be replayed: ${messageOf(error)}.`);
      return;
    }
    if (asked !== this.#asked) return;
    const { study, activity, replay } = this.#parts.snapshot();
    // From one replay to another, home stays what it was.
    if (!replay) this.#home = { study: study?.id ?? null, ran: activity === 'running' };
    await this.#parts.job((signal) => this.#playAll(player, own, signal));
  }

  async #playAll(player: Player, own: boolean, signal: AbortSignal): Promise<void> {
    try {
      await this.#makeReady(player, own, signal);
      this.#player = player;
      this.#parts.show({ activity: 'replaying', preparation: null });
      if (this.#parts.mayMove()) player.play();
      else player.draw();
      await aborted(signal);
    } finally {
      player.end();
      this.#player = null;
      this.#parts.show({ replay: null, live: null, study: null, selected: null });
    }
  }

  /** The charts need the task; where its text cannot be had, the rest plays without them. */
  async #makeReady(player: Player, own: boolean, signal: AbortSignal): Promise<void> {
    try {
      await this.#parts.look(player.study, own, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      this.#parts.tell(`It plays without its charts: ${messageOf(error)}.`);
    }
  }

  #branch(events: readonly StudyEvent[], position: number, own: boolean): StudyEvent[] {
    const { device, facts } = this.#parts.snapshot();
    if (!device || !facts) {
      throw new Error('The text of this study cannot be read here, so that it cannot go on.');
    }
    const study = foldStudy(events);
    const options = { id: newStudyId(), at: (this.#parts.now ?? Date.now)() };
    return comparable(own, study, device.name, facts.id)
      ? copyBranch(events, position, options)
      : programBranch(events, position, { ...options, device: device.name, taskId: facts.id });
  }

  async #goHome(signal: AbortSignal): Promise<void> {
    const home = this.#home;
    this.#home = null;
    const kept = home?.study && (await this.#parts.history.events(home.study)).length > 0;
    if (kept) await this.#parts.enter(home.study, home.ran, signal);
    else await this.#parts.fallBack(signal);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
