import type { Diagnosis } from '../../../model/harness/diagnose';
import type { ProgramSource } from '../../../model/programs/program';
import { incumbentOf } from '../../history/fold';
import type { Note, Proposal, Study, TrialRunner } from '../../study';
import type { Tell } from './events';

/** What the lab lets a researcher do besides editing. What is missing, its tool is not offered. */
export interface Instruments {
  readonly inspect?: TrialRunner['inspect'];
  readonly run?: TrialRunner['run'];
  /** Trains a program once and looks inside (model/harness/diagnose.ts). */
  readonly diagnose?: (program: ProgramSource, signal: AbortSignal) => Promise<Diagnosis>;
  /** Writes a note into the study's log. */
  readonly note?: (note: Note) => Promise<void>;
}

/** Programs that fail to compile or to trace before the idea is taken away. */
export const REPAIRS = 8;
/** Ideas that may be given up before this attempt ends without a proposal. */
export const IDEAS = 4;
/** Short trials for one proposal. */
export const PROBES = 3;

/** The researcher's desk while it works on one proposal: its draft, and what it has used up. */
export class Desk {
  readonly study: Study;
  readonly instruments: Instruments;
  readonly #tell: Tell;
  #draft: ProgramSource;
  #parent: string | null;
  #failures = 0;
  ideas = 0;
  probes = 0;

  constructor(study: Study, instruments: Instruments, tell: Tell) {
    const incumbent = incumbentOf(study);
    this.study = study;
    this.instruments = instruments;
    this.#tell = tell;
    this.#draft = incumbent?.program ?? study.baseline;
    this.#parent = incumbent?.id ?? null;
  }

  get draft(): ProgramSource {
    return this.#draft;
  }

  /** Id of the experiment that the draft is an edit of. */
  get parent(): string | null {
    return this.#parent;
  }

  edit(change: Partial<ProgramSource>): void {
    this.#draft = { ...this.#draft, ...change };
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

  #show(): void {
    this.#tell({ type: 'edited', program: this.#draft, parent: this.#parent });
  }
}
