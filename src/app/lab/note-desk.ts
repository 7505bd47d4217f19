import { foldStudy } from '../../agent/history/fold';
import { writeNote } from '../../agent/loop/notes';
import type { History, Note, Study } from '../../agent/study';

type Write = (note: Note) => Promise<void>;

export interface NoteDeskParts {
  readonly history: History;
  /** The study that is open. */
  readonly study: () => Study | null;
  /** Whether somebody else writes in its log at present. */
  readonly busy: () => boolean;
  /** Shows the study with what was written. */
  readonly show: (study: Study) => void;
}

/**
 * Writes notes into the log of the open study: through the loop while that runs, directly while nothing
 * does, and otherwise as soon as one of the two is possible, so that no log has two writers.
 */
export class NoteDesk {
  readonly #parts: NoteDeskParts;
  #loop: Write | null = null;
  /** What waits, each for its own study. */
  #waiting: { readonly study: string; readonly go: (write: Write) => void }[] = [];

  constructor(parts: NoteDeskParts) {
    this.#parts = parts;
  }

  /** The loop runs, and this is its way in. */
  attach(write: Write): void {
    this.#loop = write;
    this.#flush(write);
  }

  /** The loop has ended; something else may begin at once. */
  detach(): void {
    this.#loop = null;
  }

  /** Nothing runs any more. */
  rest(): void {
    this.#flush((note) => this.#direct(note));
  }

  async write(note: Note): Promise<void> {
    const study = this.#parts.study();
    if (!study) throw new Error('there is no study to write into: start it first');
    if (this.#loop) return this.#loop(note);
    if (!this.#parts.busy()) return this.#direct(note);
    return new Promise((resolve, reject) => {
      const go = (write: Write) => write(note).then(resolve, reject);
      this.#waiting.push({ study: study.id, go });
    });
  }

  #flush(write: Write): void {
    const id = this.#parts.study()?.id;
    const ready = this.#waiting.filter(({ study }) => study === id);
    this.#waiting = this.#waiting.filter(({ study }) => study !== id);
    for (const { go } of ready) go(write);
  }

  async #direct(note: Note): Promise<void> {
    const { history, show } = this.#parts;
    const study = this.#parts.study()!;
    await writeNote(history, study, note);
    show(foldStudy(await history.events(study.id)));
  }
}
