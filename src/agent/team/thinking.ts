import { messageOf } from '../loop/waiting';
import type { Study } from '../study';
import { StudyEnding } from '../study-ending';
import { type Directing, judgedOf } from './directing';
import type { Run } from './run';
import type { Seat } from './seat';
import type { Table } from './table';
import type { WaitingRoom } from './waiting-room';

/** The members' thoughts: who may begin one, what comes of it, and what happens when it fails. */
export class Thinking {
  readonly #table: Table;
  readonly #room: WaitingRoom;
  readonly #directing: Directing;
  /** What an instant member threw that has nobody beside it: for the loop. */
  thrown: { readonly error: unknown } | null = null;
  /** How the study ends when everybody has. */
  lastEnding: StudyEnding['ending'] = 'study-stopped';

  constructor(table: Table, room: WaitingRoom, directing: Directing) {
    this.#table = table;
    this.#room = room;
    this.#directing = directing;
  }

  /** Whoever may think begins to; `asked`: the loop waits for a proposal. */
  start(asked: boolean): void {
    const { run, study, seats } = this.#table;
    if (!run || !study || study.experiments.length === 0) return;
    const byTurns = [...seats].sort((a, b) => a.turns - b.turns);
    for (const seat of byTurns) {
      if (this.#mayBegin(seat, study, run, asked)) this.#begin(seat, study, run);
    }
  }

  #mayBegin(seat: Seat, study: Study, run: Run, asked: boolean): boolean {
    const { queue, seats } = this.#table;
    if (!seat.free || queue.of(seat.id)) return false;
    if (this.thrown || seat.exhaustedAt === judgedOf(study)) return false;
    const others = seats.filter((each) => each !== seat);
    const bound = queue.length + others.filter(({ handed }) => handed).length;
    if (seat.member.instant) {
      const busy = others.some(({ member, thought }) => member.instant && thought);
      return asked && !queue.next() && !busy && bound < run.loop.left;
    }
    // The first directions come while the baseline is run: nobody need wait for them.
    if (this.#directing.busy && !study.experiments[0]?.verdict) return false;
    const thinking = others.filter(({ member, thought }) => thought && !member.instant).length;
    return bound + thinking < run.loop.left;
  }

  #begin(seat: Seat, study: Study, run: Run): void {
    const abort = new AbortController();
    seat.thought = abort;
    seat.turns++;
    const direction = seat.goesOn ? seat.view.direction : this.#dealTo(seat);
    if (!seat.goesOn) seat.member.pursue?.(direction);
    seat.goesOn = true;
    seat.hear({ type: 'began', direction });
    const signal = AbortSignal.any([run.signal, abort.signal]);
    void this.#think(seat, study, run, signal).finally(() => {
      seat.thought = null;
      this.#table.pump();
    });
  }

  #dealTo({ member }: Seat): string | null {
    return member.pursue ? this.#table.guide.deal() : null;
  }

  async #think(seat: Seat, study: Study, run: Run, signal: AbortSignal): Promise<void> {
    const { member } = seat;
    try {
      const underWay = this.#table.queue.entries.map(({ shown }) => shown.proposal);
      const known = seat.studyFor(study);
      const raw = await member.propose(known, signal, run.loop.inspect, { underWay });
      if (signal.aborted) return;
      if (raw === null) {
        seat.exhaustedAt = judgedOf(study);
        seat.goesOn = false;
        seat.hear({ type: 'rested' });
        return;
      }
      await this.#room.admit(seat, raw, study, run, signal);
    } catch (error) {
      if (!signal.aborted) this.#troubled(seat, error, signal);
    }
  }

  #troubled(seat: Seat, error: unknown, signal: AbortSignal): void {
    const { clock, options, seats } = this.#table;
    const living = seats.filter(({ ended }) => !ended);
    if (error instanceof StudyEnding) {
      this.lastEnding = error.ending;
      seat.hear({ type: 'ended', reason: messageOf(error) });
    } else if (seat.member.instant && living.length === 1) {
      this.thrown = { error };
      seat.hear({ type: 'failed', message: messageOf(error) });
    } else {
      const failures = seat.failed(messageOf(error));
      if (failures === null) return;
      seat.cooling = true;
      const patience = options.patience ?? ((attempt) => 1000 * 2 ** attempt);
      void clock.sleep(patience(failures + 1), signal).then(() => {
        seat.cooling = false;
        this.#table.pump();
      });
    }
  }
}
