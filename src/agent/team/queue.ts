import type { Proposal } from '../study';
import type { WaitingProposal } from './view';

/** A proposal that waits, and what has to be known when its turn comes. */
export interface Entry {
  readonly shown: WaitingProposal;
  /** Id of the incumbent that its author knew of; null where there was none yet. */
  readonly base: string | null;
  readonly graphHash: string | null;
  /** A person said yes to it. */
  readonly approved: boolean;
}

/** Proposals that wait for their trial, in the order in which they came. */
export class Queue {
  #entries: readonly Entry[] = [];
  #shown: readonly WaitingProposal[] = [];
  #number = 0;

  /** The same array until something changes. */
  get shown(): readonly WaitingProposal[] {
    return this.#shown;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get length(): number {
    return this.#entries.length;
  }

  add(
    proposal: Proposal,
    member: string,
    rest: Pick<Entry, 'base' | 'graphHash'>,
    stage: WaitingProposal['stage'],
  ): Entry {
    const id = `proposal-${++this.#number}`;
    const shown: WaitingProposal = { id, member, proposal, stage, critique: null };
    const entry = { shown, ...rest, approved: false };
    this.#set([...this.#entries, entry]);
    return entry;
  }

  named(id: string): Entry | undefined {
    return this.#entries.find(({ shown }) => shown.id === id);
  }

  of(member: string): Entry | undefined {
    return this.#entries.find(({ shown }) => shown.member === member);
  }

  /** The one that runs next, if any may. */
  next(): Entry | undefined {
    return this.#entries.find(({ shown }) => shown.stage === 'device');
  }

  change(id: string, shown: Partial<WaitingProposal>, approved?: boolean): void {
    this.#set(
      this.#entries.map((each) =>
        each.shown.id === id
          ? {
              ...each,
              shown: { ...each.shown, ...shown },
              approved: approved ?? each.approved,
            }
          : each,
      ),
    );
  }

  remove(id: string): void {
    this.#set(this.#entries.filter(({ shown }) => shown.id !== id));
  }

  /** One that was taken, and whose experiment never began. */
  putBack(entry: Entry): void {
    this.#set([entry, ...this.#entries]);
  }

  clear(): void {
    this.#set([]);
  }

  #set(entries: readonly Entry[]): void {
    this.#entries = entries;
    this.#shown = entries.map(({ shown }) => shown);
  }
}
