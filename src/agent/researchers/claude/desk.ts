import type { Diagnosis } from '../../../model/harness/diagnose';
import type { ProgramSource } from '../../../model/programs/program';
import { incumbentOf } from '../../history/fold';
import type { Note, Proposal, Study, TrialRunner } from '../../study';
import type { Draft } from '../../team/member';
import type { Tell } from './events';
import type { TypeChecker } from './types/problem';

/** What the lab lets a researcher do besides editing. What is missing, its tool is not offered. */
export interface Instruments {
  readonly inspect?: TrialRunner['inspect'];
  readonly run?: TrialRunner['run'];
  /** Trains a program once and looks inside (model/harness/diagnose.ts). */
  readonly diagnose?: (program: ProgramSource, signal: AbortSignal) => Promise<Diagnosis>;
  /** Writes a note into the study's log. */
  readonly note?: (note: Note) => Promise<void>;
  /** Checks a program's types, as the editor does. */
  readonly types?: TypeChecker;
}

/** Programs that fail to compile or to trace before the idea is taken away. */
export const REPAIRS = 8;
/** Ideas that may be given up before this attempt ends without a proposal. */
export const IDEAS = 4;
/** Short trials for one proposal. */
export const PROBES = 3;

/** What a desk is, apart from the lab around it: enough to set it up again. */
export interface DeskState extends Draft {
  /** Whose work it is and at which experiment it began: names what is run for it. */
  readonly name: string;
  readonly failures: number;
  readonly ideas: number;
  readonly probes: number;
}

/** The researcher's desk while it works on one proposal: its draft, and what it has used up. */
export class Desk {
  readonly name: string;
  readonly #tell: Tell;
  #study: Study;
  #instruments: Instruments;
  #draft: ProgramSource;
  #parent: string | null;
  #failures = 0;
  ideas = 0;
  probes = 0;

  constructor(
    study: Study,
    instruments: Instruments,
    tell: Tell,
    from: { readonly member: string } | DeskState = { member: 'claude' },
  ) {
    const incumbent = incumbentOf(study);
    this.#study = study;
    this.#instruments = instruments;
    this.#tell = tell;
    this.#draft = incumbent?.program ?? study.baseline;
    this.#parent = incumbent?.id ?? null;
    if ('member' in from) {
      this.name = `${from.member}.${study.experiments.length}`;
      return;
    }
    this.name = from.name;
    this.#failures = from.failures;
    this.ideas = from.ideas;
    this.probes = from.probes;
    this.take(from);
  }

  get state(): DeskState {
    const { name, ideas, probes } = this;
    return { name, ideas, probes, failures: this.#failures, ...this.#whole };
  }

  get study(): Study {
    return this.#study;
  }

  get instruments(): Instruments {
    return this.#instruments;
  }

  get draft(): ProgramSource {
    return this.#draft;
  }

  /** Id of the experiment that the draft is an edit of. */
  get parent(): string | null {
    return this.#parent;
  }

  /** The study as it stands now, and the lab around it: others' experiments went on meanwhile. */
  moveOn(study: Study, instruments: Instruments): void {
    this.#study = study;
    this.#instruments = instruments;
  }

  edit(change: Partial<ProgramSource>): void {
    this.#draft = { ...this.#draft, ...change };
    this.#show();
  }

  /** Goes on with a draft of somebody else's. */
  take({ program, parent }: Draft): void {
    const known = this.#study.experiments.some(({ id }) => id === parent);
    this.#draft = program;
    this.#parent = known ? parent : this.#study.incumbent;
    this.#show();
  }

  /** A new draft, from that experiment's program; null begins with the incumbent's. */
  startFrom(experiment: string | null): void {
    const id = experiment ?? this.study.incumbent;
    const from = this.study.experiments.find((each) => each.id === id);
    this.#draft = from?.program ?? this.study.baseline;
    this.#parent = from?.id ?? null;
    this.#failures = 0;
    this.#show();
  }

  /** Counts a program that failed; returns how many repairs are left. */
  failed(): number {
    this.#failures++;
    return Math.max(0, REPAIRS - this.#failures);
  }

  proposal(title: string, hypothesis: string, kind: string): Proposal {
    const { draft: program, parent } = this;
    return { title, hypothesis, kind, program, parent, researcher: 'claude' };
  }

  get #whole(): Draft {
    return { program: this.#draft, parent: this.#parent };
  }

  #show(): void {
    this.#tell({ type: 'edited', ...this.#whole });
  }
}
