import { experimentNamed } from '../../agent/history/fold';
import { countChanges, diffLines } from '../../agent/line-diff';
import type { Proposal, Researcher, Study } from '../../agent/study';
import { PROGRAM_FILES } from '../../model/programs/program';
import type { HumanEdit } from './lab';

/** A person's edits, which go before whatever another researcher would propose. */
export class HumanQueue {
  #edits: readonly HumanEdit[] = [];
  readonly #onChange: (edits: readonly HumanEdit[]) => void;

  constructor(onChange: (edits: readonly HumanEdit[]) => void) {
    this.#onChange = onChange;
  }

  get length(): number {
    return this.#edits.length;
  }

  add(edit: HumanEdit): void {
    this.#set([...this.#edits, edit]);
  }

  clear(): void {
    this.#set([]);
  }

  /** A researcher that hands over what is queued, and asks `other` when nothing is. */
  before(other: Researcher): Researcher {
    return {
      name: other.name,
      propose: async (study, signal, inspect) => {
        const [next, ...rest] = this.#edits;
        if (!next) return other.propose(study, signal, inspect);
        this.#set(rest);
        return proposalOf(next, study);
      },
    };
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
