import { sameText } from '../loop/proposals';
import type { Experiment, Study } from '../study';
import { busyAfter, NEVER } from './busy';
import type { Seat } from './seat';
import type { Table } from './table';

/** Follows a study event by event, and tells each member what became of what it did. */
export class Following {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** From now on the team is about this study. */
  adopt(study: Study | null): void {
    const table = this.#table;
    const { study: before, guide } = table;
    if (before?.id === study?.id) {
      if (study?.directions) guide.adopt(study.directions);
      return;
    }
    for (const seat of table.seats) seat.forget();
    table.queue.clear();
    table.study = study;
    // What was pinned before there was any study is meant for the first.
    const early = before === null && !study?.directions && guide.list.length > 0;
    if (!early) guide.adopt(study?.directions ?? []);
    else if (study) table.directed();
    table.busy = NEVER;
    table.changed();
  }

  /** The study after one more event. Returns experiments that got their verdict with it. */
  see(study: Study, inUse: boolean | null): Experiment[] {
    const table = this.#table;
    const before = table.study;
    table.study = study;
    table.busy = busyAfter(table.busy, inUse, table.clock.now());
    for (const seat of table.seats) {
      heedWordOn(seat, study);
      seat.hear({ type: 'study', study });
    }
    const judged = study.experiments.filter(
      ({ id, number, verdict }) =>
        number > 0 &&
        verdict &&
        before?.experiments.some((each) => each.id === id && !each.verdict),
    );
    for (const { number, title, member, verdict } of judged) {
      if (member === undefined) continue;
      const message = `Experiment ${number} (${title}): ${verdict!.decision}. ${verdict!.reason}`;
      table.seatOf(member)?.hear({ type: 'told', message });
    }
    table.changed();
    return judged;
  }

  /** The run of the loop is over: thoughts have ended, and what was taken in vain waits again. */
  end(): void {
    const table = this.#table;
    for (const seat of table.seats) {
      if (seat.handed) table.queue.putBack(seat.handed.entry);
      seat.handed = null;
      seat.hear({ type: 'closed' });
    }
    table.busy = busyAfter(table.busy, null, table.clock.now());
    table.changed();
  }
}

/** What the loop made of the proposal that it took. */
function heedWordOn(seat: Seat, { experiments, refusals }: Study): void {
  if (!seat.handed) return;
  const { proposal, entry } = seat.handed;
  const latest = experiments.at(-1);
  if (latest?.member === seat.id && sameText(latest.program, proposal.program)) {
    seat.adopted();
    return;
  }
  const refusal = refusals.findLast(
    (each) => each.proposal.member === seat.id && sameText(each.proposal.program, proposal.program),
  );
  if (refusal) seat.refused(entry.shown.proposal, refusal.reason, true);
}
