import type { FollowUpKind } from '../../agent/followups/follow-up';
import type { SharedDevice } from '../../agent/loop/one-at-a-time';
import type { NewStudy } from '../../agent/loop/options';
import type { Study, StudyEvent } from '../../agent/study';
import { follow } from './following';
import type { HumanQueue } from './human-queue';
import type { LabSnapshot } from './lab';
import type { LiveView } from './live-view';
import type { NoteDesk } from './note-desk';
import type { LabParts, Say } from './parts';
import type { Store } from './store';
import type { TeamDesk } from './team-desk';

export interface RunsParts
  extends Pick<LabParts, 'history' | 'bench' | 'loadLoop' | 'settings' | 'lock'> {
  readonly store: Store<LabSnapshot>;
  /** The bench, which the loop shares with researchers' probes. */
  readonly device: SharedDevice;
  readonly team: TeamDesk;
  /** The visitor's edits, which go before the team's proposals. */
  readonly queue: HumanQueue;
  readonly notes: NoteDesk;
  readonly live: LiveView;
  readonly say: Say;
  /** The first event of a study was written. */
  readonly onCreated: () => void;
}

/** Whatever trains: the loop and the follow-ups, for a study that is open and whose task is ready. */
export class Runs {
  readonly #parts: RunsParts;

  constructor(parts: RunsParts) {
    this.#parts = parts;
  }

  /** Runs the loop to its end, to so many experiments, or until the signal. */
  async loop(study: NewStudy | string, experiments: number | null, signal: AbortSignal) {
    const { history, bench, store, device, queue, notes, live, say } = this.#parts;
    this.#requireSameText();
    store.patch({ activity: 'running' });
    const { runStudy } = await this.#parts.loadLoop();
    const team = await this.#parts.team.ready();
    await this.#alone(signal, async () => {
      let next = study;
      for (;;) {
        const ended = await runStudy({
          study: next,
          device: store.get().device!.name,
          researcher: queue.before(team),
          runner: device.loop,
          history,
          limits: experiments === null ? {} : { experiments },
          onOpen: (write) => notes.attach(write),
          onEvent: (event, study) => this.#onEvent(event, study),
          onTrialEvent: (_, event) => live.hear(event),
          signal,
        }).finally(() => notes.detach());
        // A tab that comes and goes makes void trials, which is no reason to give up the study.
        next = ended.id;
        if (signal.aborted || ended.status !== 'stopped' || !bench.lastWasHidden) {
          if (!signal.aborted && ended.ending) say('info', `The study ended: ${ended.ending}.`);
          return;
        }
      }
    });
  }

  /** A person who starts a study that has reached its limit wants as many experiments again. */
  limit(study: Study | null): number | null {
    const { experiments } = this.#parts.settings;
    if (experiments === null) return null;
    const done = Math.max(0, (study?.experiments.length ?? 0) - 1);
    return done < experiments
      ? experiments
      : done + Math.max(experiments, this.#parts.queue.length);
  }

  async followUp(study: Study, kind: FollowUpKind, signal: AbortSignal): Promise<void> {
    const { history, bench, store, say } = this.#parts;
    this.#requireSameText();
    const { device, facts } = store.get();
    const { runFollowUp } = await this.#parts.loadLoop();
    store.patch({ activity: 'following', following: kind });
    const order = {
      study: study.id,
      kind,
      device: device!.name,
      history,
      bench,
      runner: this.#parts.device.loop,
      facts: facts!,
      signal,
      onEvent: (_: StudyEvent, study: Study) => store.patch({ study }),
    };
    await this.#alone(signal, async () => {
      const said = await follow(runFollowUp, order);
      if (said) say('problem', said);
    });
  }

  #onEvent(event: StudyEvent, study: Study): void {
    const { store, live, say, onCreated } = this.#parts;
    store.patch({ study });
    if (event.type === 'study-created') onCreated();
    if (event.type === 'trial-started') live.begin(event);
    if (event.type === 'trial-ended') live.end();
    if (event.type === 'proposal-refused' && event.proposal.researcher === 'human') {
      say('info', `Your edit was not run: ${event.reason}.`);
    }
  }

  /** Throws where a study of the history can no longer be gone on with, since its text is another. */
  #requireSameText(): void {
    const { facts, study } = this.#parts.store.get();
    if (study && facts?.id !== study.taskId) {
      throw new Error(
        'The text of this study is no longer what it was, so that new scores could not be compared with its old ones. Begin a new study.',
      );
    }
  }

  /** Runs trials while no other tab does. */
  async #alone(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const { lock, store, say } = this.#parts;
    let waited = false;
    const wait = () => {
      waited = true;
      say('info', 'Another tab of this browser is training; this one begins when it is done.');
    };
    await lock.hold(signal, wait, async () => {
      if (waited) store.patch({ notice: null });
      await work();
    });
  }
}
