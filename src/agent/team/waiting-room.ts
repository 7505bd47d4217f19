import { checkedProposal } from '../loop/proposals';
import type { Proposal, Study } from '../study';
import { admissionOf, upToDate } from './admission';
import { PATIENCE } from './options';
import type { Entry } from './queue';
import { critiqueOf } from './reading';
import type { Run } from './run';
import type { Seat } from './seat';
import type { Table } from './table';

/** A proposal's way from its author to the device: admitted, read, perhaps approved, and taken in its turn. */
export class WaitingRoom {
  readonly #table: Table;
  /** Proposals are admitted one by one, so that each is compared with those before it. */
  #admissions: Promise<unknown> = Promise.resolve();

  constructor(table: Table) {
    this.#table = table;
  }

  /** Resolves once the proposal waits, or is back with its author. Throws where it is none. */
  admit(seat: Seat, raw: Proposal, begunAt: Study, run: Run, signal: AbortSignal): Promise<void> {
    const admitted = this.#admissions.then(() => this.#admit(seat, raw, begunAt, run, signal));
    this.#admissions = admitted.catch(() => {});
    return admitted;
  }

  /** A new run of the loop: what nobody has read yet is read now. */
  readAll(): void {
    for (const entry of this.#table.queue.entries) {
      if (entry.shown.stage === 'reading') this.#forward(entry);
    }
  }

  /** The next proposal that may run, as it is run now; null while there is none. */
  async take(signal: AbortSignal): Promise<Proposal | null> {
    const table = this.#table;
    for (;;) {
      const entry = table.queue.next();
      if (!entry || !table.study) return null;
      const { id, member } = entry.shown;
      const looking = { study: table.study, inspect: table.run?.loop.inspect, signal };
      const now = await upToDate(entry, looking);
      signal.throwIfAborted();
      // A person may have taken it away meanwhile.
      if (table.queue.named(id)?.shown.stage !== 'device') continue;
      table.queue.remove(id);
      table.changed();
      const seat = table.seatOf(member);
      if ('proposal' in now) {
        if (seat) seat.handed = { entry, proposal: now.proposal };
        return now.proposal;
      }
      seat?.refused(entry.shown.proposal, now.refusal, true);
    }
  }

  async #admit(
    seat: Seat,
    raw: Proposal,
    begunAt: Study,
    { loop: { inspect } }: Run,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    const { queue, study } = this.#table;
    const proposal = { ...checkedProposal(study!, raw), member: seat.id };
    const { entries } = queue;
    // What nobody waits beside goes to the loop at once, which looks at it itself.
    const atOnce = seat.member.instant && entries.length === 0;
    const looking = { study: study!, inspect, signal };
    const admission = atOnce ? { graphHash: null } : await admissionOf(proposal, entries, looking);
    signal.throwIfAborted();
    if ('refusal' in admission) {
      seat.refused(proposal, admission.refusal, true);
      return;
    }
    seat.proposed();
    const rest = { base: begunAt.incumbent, graphHash: admission.graphHash };
    this.#forward(queue.add(proposal, seat.id, rest, 'reading'));
  }

  /** It may have to be read first, or needs a person's word. */
  #forward(entry: Entry): void {
    const { roles, run } = this.#table;
    if (roles.critic) void this.#read(entry, run!);
    else this.#ready(entry.shown.id);
  }

  /** The critic's word on a proposal: back with it, or on. */
  async #read({ shown: { id, member, proposal } }: Entry, run: Run): Promise<void> {
    const table = this.#table;
    const { queue } = table;
    const seat = table.seatOf(member);
    const critique = await critiqueOf(table.roles.critic, proposal, table.study!, run.signal);
    if (!critique || !queue.named(id)) return;
    const { objection, remark } = critique;
    if (objection !== null && seat && seat.objections < PATIENCE.objections) {
      seat.objections++;
      queue.remove(id);
      seat.refused(proposal, `the critic objects: ${objection}`, false);
    } else {
      const said = [objection, remark].filter((each) => each !== null).join('\n\n');
      const read = objection === null ? proposal : { ...proposal, critique: objection };
      queue.change(id, { critique: said === '' ? null : said, proposal: read });
      this.#ready(id);
    }
    table.pump();
  }

  /** A proposal that was read: it waits for a person's word, or for the device. */
  #ready(id: string): void {
    const { approval, queue } = this.#table;
    const asked = approval && !queue.named(id)?.approved;
    queue.change(id, { stage: asked ? 'approval' : 'device' });
    this.#table.changed();
  }
}
