import { experimentNamed } from '../../agent/history/fold';
import { countChanges, diffLines } from '../../agent/line-diff';
import type { Proposal, Researcher, Study } from '../../agent/study';
import { PROGRAM_FILES } from '../../model/programs/program';
import type { HumanEdit } from './lab';

/** A person's edits, which go before whatever another researcher would propose. */
export class HumanQueue {
  #edits: readonly HumanEdit[] = [];
  readonly #onChange: (edits: readonly HumanEdit[]) => void;
  /** Ends the wait for another researcher's proposal. */
  #interrupt: (() => void) | null = null;

  constructor(onChange: (edits: readonly HumanEdit[]) => void) {
    this.#onChange = onChange;
  }

  get length(): number {
    return this.#edits.length;
  }

  add(edit: HumanEdit): void {
    this.#set([...this.#edits, edit]);
    this.#interrupt?.();
  }

  clear(): void {
    this.#set([]);
  }

  /**
   * A researcher that hands over what is queued, and asks `other` when nothing is. An edit that comes while
   * the other still thinks is not kept waiting.
   */
  before(other: Researcher): Researcher {
    return {
      name: other.name,
      observe: (study, loop) => other.observe?.(study, loop),
      conclude: async (signal) => other.conclude?.(signal),
      propose: async (study, signal, inspect) => {
        const edit = this.#next();
        if (edit) return proposalOf(edit, study);
        const interrupt = new AbortController();
        this.#interrupt = () => interrupt.abort(new Error('a person goes first'));
        try {
          const either = AbortSignal.any([signal, interrupt.signal]);
          return await other.propose(study, either, inspect);
        } catch (error) {
          const edit = interrupt.signal.aborted && !signal.aborted ? this.#next() : undefined;
          if (!edit) throw error;
          return proposalOf(edit, study);
        } finally {
          this.#interrupt = null;
        }
      },
    };
  }

  /** Takes the first edit out. */
  #next(): HumanEdit | undefined {
    const [next, ...rest] = this.#edits;
    if (next) this.#set(rest);
    return next;
  }

  #set(edits: readonly HumanEdit[]): void {
    this.#edits = edits;
    this.#onChange(edits);
  }
}

function proposalOf({ hypothesis, program, parent }: HumanEdit, study: Study): Proposal {
  const edited = experimentNamed(study, parent);
  const files = PROGRAM_FILES.filter(({ key }) => edited.program[key] !== program[key]);
  const changes = files.map(({ key, file }) => {
    const { added, removed } = countChanges(diffLines(edited.program[key], program[key]));
    return `${file} +${added} -${removed}`;
  });
  return {
    title: `by hand: ${changes.join(', ')}`,
    hypothesis,
    kind: 'by-hand',
    program,
    parent,
    researcher: 'human',
  };
}
