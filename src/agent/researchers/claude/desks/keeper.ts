import { messageOf } from '../../../loop/waiting';
import type { Study } from '../../../study';
import type { Instruments } from '../desk';
import type { Tell } from '../events';
import type { Work } from '../work';
import { readDesk, restoredWork, writeDesk } from './kept';
import type { DeskStore } from './store';

interface Earlier {
  readonly heard: readonly string[];
  readonly work: Work | null;
}

const NOTHING: Earlier = { heard: [], work: null };

/**
 * Keeps one member's desk in a store. A store that fails costs what a reload would have gone on with, and
 * never the study: it is told, once until it works again.
 */
export class DeskKeeper {
  readonly #store: DeskStore | undefined;
  readonly #name: string;
  readonly #api: { redacted(text: string): string };
  readonly #tell: Tell;
  /** Settled when nothing is being written: the newest is written last. */
  #turn: Promise<void> = Promise.resolve();
  #failing = false;

  constructor(
    store: DeskStore | undefined,
    name: string,
    api: { redacted(text: string): string },
    tell: Tell,
  ) {
    this.#store = store;
    this.#name = name;
    this.#api = api;
    this.#tell = tell;
  }

  /** Resolves once it is kept, or could not be. What it was like at the call is what is kept. */
  keep(study: string, heard: readonly string[], work: Work | null): Promise<void> {
    const store = this.#store;
    if (!store) return Promise.resolve();
    const json = this.#api.redacted(writeDesk(heard, work));
    this.#turn = this.#turn.then(async () => {
      try {
        await store.save(study, this.#name, json);
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) this.#tell({ type: 'not-kept', reason: messageOf(error) });
        this.#failing = true;
      }
    });
    return this.#turn;
  }

  /** What was kept of the study, as work that goes on; what cannot be read is thrown away. */
  async restored(study: Study, instruments: Instruments): Promise<Earlier> {
    try {
      const json = (await this.#store?.load(study.id, this.#name)) ?? null;
      if (json === null) return NOTHING;
      const { heard, work } = readDesk(json);
      if (work?.study !== study.id) return { heard, work: null };
      this.#tell({ type: 'went-on', replies: work.requests });
      return { heard, work: restoredWork(work, study, instruments, this.#tell) };
    } catch (error) {
      const reason = `what was kept of its work cannot be read: ${messageOf(error)}`;
      this.#tell({ type: 'began-anew', reason });
      await this.#store?.remove(study.id, this.#name).catch(() => {});
      return NOTHING;
    }
  }
}
