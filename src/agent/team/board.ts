import type { ProgramSource } from '../../model/programs/program';
import { sameText } from '../loop/proposals';
import type { Clock } from '../researchers/claude/clock';
import type { Experiment, Study } from '../study';
import { type Busy, busyAfter, NEVER, shareOf } from './busy';
import type { TeamCommands } from './commands';
import type { Critic } from './critic';
import type { Director } from './director';
import { Guide } from './guide';
import type { Draft, Member } from './member';
import type { TeamOptions } from './options';
import { type Entry, Queue } from './queue';
import { Seat } from './seat';
import type { TeamView } from './view';

interface Roles {
  critic: Critic | null;
  director: Director | null;
}

/** Who is in a team, what waits, and what a person asks of it. How they think is the team's own (team.ts). */
export abstract class Board implements TeamCommands {
  readonly #o: TeamOptions;
  protected readonly clock: Pick<Clock, 'now' | 'sleep'>;
  protected readonly queue = new Queue();
  protected readonly roles: Roles;
  protected seats: readonly Seat[] = [];
  protected study: Study | null = null;
  readonly #guide = new Guide();
  readonly #listeners = new Set<() => void>();
  readonly #now = () => this.clock.now();
  #busy: Busy = NEVER;
  #open = false;
  #approval = false;
  #offer: TeamView['offer'] = null;
  #view: TeamView | null = null;

  constructor(options: TeamOptions, clock: Pick<Clock, 'now' | 'sleep'>) {
    this.#o = options;
    this.clock = clock;
    this.roles = { critic: options.critic ?? null, director: options.director ?? null };
  }

  /** Something changed that may let somebody go on. */
  protected abstract pump(): void;
  /** Sends a new proposal on its way. */
  protected abstract forward(entry: Entry): void;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getView = (): TeamView => {
    this.#view ??= {
      members: this.seats.map(({ view }) => view),
      waiting: this.queue.shown,
      directions: this.#guide.list,
      approval: this.#approval,
      deviceBusy: shareOf(this.#busy),
      offer: this.#offer,
    };
    return this.#view;
  };

  hire(member: Member): void {
    if (this.seatOf(member.id)) throw new Error(`the team has a member ${member.id} already`);
    const seat = new Seat(member, this.#open, this.#now, () => this.changed());
    member.listen?.((event) => seat.hear(event));
    if (this.study) seat.hear({ type: 'study', study: this.study });
    this.seats = [...this.seats, seat];
    this.#offer = null;
    this.changed();
    this.pump();
  }

  dismiss(id: string): void {
    const seat = this.seatOf(id);
    if (!seat) return;
    seat.member.listen?.(null);
    seat.hear({ type: 'paused' });
    seat.thought?.abort(new Error('the member was dismissed'));
    const waiting = this.queue.of(id);
    if (waiting) this.queue.remove(waiting.shown.id);
    this.seats = this.seats.filter((each) => each !== seat);
    this.changed();
    this.pump();
  }

  appoint({ critic, director }: Parameters<TeamCommands['appoint']>[0]): void {
    if (critic !== undefined) this.roles.critic = critic;
    if (director !== undefined) this.roles.director = director;
    this.pump();
  }

  accept(): void {
    const { fallback } = this.#o;
    if (this.#offer && fallback && !this.seatOf(fallback.member.id)) this.hire(fallback.member);
  }

  pause(id: string): void {
    const seat = this.seatOf(id);
    if (!seat || seat.stopped || seat.ended) return;
    seat.hear({ type: 'paused' });
    seat.thought?.abort(new Error('the member was paused'));
  }

  resume(id: string): void {
    this.seatOf(id)?.hear({ type: 'resumed' });
    this.pump();
  }

  tell(id: string, message: string): void {
    const seat = this.seatOf(id);
    const said = message.trim();
    if (!seat || said === '') return;
    seat.hear({ type: 'told', message: said });
    if (seat.member.hear) seat.member.hear(said);
    else seat.hear({ type: 'told', message: `${seat.view.title} does not read messages.` });
  }

  veto(id: string, reason: string): void {
    const entry = this.queue.named(id);
    if (!entry) return;
    this.queue.remove(id);
    const { member, proposal } = entry.shown;
    const said = reason.trim();
    const why = `a person vetoed it${said === '' ? '' : `: ${said}`}`;
    this.seatOf(member)?.refused(proposal, why, false);
    this.changed();
    this.pump();
  }

  approve(id: string): void {
    const stage = this.queue.named(id)?.shown.stage;
    if (stage === undefined) return;
    this.queue.change(id, stage === 'approval' ? { stage: 'device' } : {}, true);
    this.changed();
    this.pump();
  }

  setApproval(on: boolean): void {
    this.#approval = on;
    for (const { shown, approved } of this.queue.entries) {
      if (shown.stage !== 'reading' && !approved) {
        this.queue.change(shown.id, { stage: on ? 'approval' : 'device' });
      }
    }
    this.changed();
    this.pump();
  }

  pin(direction: string): void {
    this.#guide.pin(direction);
    this.#directed();
  }

  unpin(direction: string): void {
    this.#guide.unpin(direction);
    this.#directed();
  }

  takeKeyboard(id: string): Draft | null {
    const seat = this.seatOf(id);
    const draft = seat?.view.draft;
    if (!seat || !draft || seat.ended) return null;
    seat.hear({ type: 'held' });
    seat.thought?.abort(new Error('a person took the keyboard'));
    return draft;
  }

  handBack(id: string, program: ProgramSource | null): void {
    const seat = this.seatOf(id);
    if (seat?.view.doing !== 'held') return;
    if (program) {
      const draft = { program, parent: seat.view.draft?.parent ?? null };
      seat.member.takeDraft?.(draft);
      seat.hear({ type: 'drafted', draft });
    }
    this.resume(id);
  }

  protected seatOf(id: string): Seat | undefined {
    return this.seats.find((seat) => seat.id === id);
  }

  protected changed(): void {
    this.#view = null;
    for (const listener of [...this.#listeners]) listener();
  }

  /** A proposal that was read: it waits for a person's word, or for the device. */
  protected ready(id: string): void {
    const asked = this.#approval && !this.queue.named(id)?.approved;
    this.queue.change(id, { stage: asked ? 'approval' : 'device' });
    this.changed();
  }

  protected dealTo({ member }: Seat): string | null {
    return member.pursue ? this.#guide.deal() : null;
  }

  protected renew(texts: readonly string[]): void {
    this.#guide.renew(texts);
    this.#directed();
  }

  protected offer(reason: string): void {
    const { fallback } = this.#o;
    if (!fallback || this.seatOf(fallback.member.id)) return;
    this.#offer = { title: fallback.member.title, reason };
    this.changed();
  }

  /** From now on it is about this study. */
  protected adopt(study: Study | null): void {
    const before = this.study;
    if (before?.id === study?.id) {
      if (study?.directions) this.#guide.adopt(study.directions);
      return;
    }
    for (const seat of this.seats) seat.forget();
    this.queue.clear();
    this.study = study;
    // What was pinned before there was any study is meant for the first.
    const early = before === null && !study?.directions && this.#guide.list.length > 0;
    if (!early) this.#guide.adopt(study?.directions ?? []);
    else if (study) this.#directed();
    this.#busy = NEVER;
    this.changed();
  }

  /** A new run of the loop. */
  protected opened(): void {
    this.#open = true;
    for (const seat of this.seats) seat.hear({ type: 'opened' });
  }

  protected revive(): void {
    this.#offer = null;
    for (const seat of this.seats) seat.revive();
  }

  /** The run is over: thoughts have ended, and what was taken in vain waits again. */
  protected closed(): void {
    this.#open = false;
    for (const seat of this.seats) {
      if (seat.handed) this.queue.putBack(seat.handed.entry);
      seat.handed = null;
      seat.hear({ type: 'closed' });
    }
    this.#busy = busyAfter(this.#busy, null, this.#now());
    this.changed();
  }

  /** The study after one more event. Returns experiments that got their verdict with it. */
  protected see(study: Study, inUse: boolean | null): Experiment[] {
    const before = this.study;
    this.study = study;
    this.#busy = busyAfter(this.#busy, inUse, this.#now());
    for (const seat of this.seats) {
      this.#heedWordOn(seat, study);
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
      this.seatOf(member)?.hear({ type: 'told', message });
    }
    this.changed();
    return judged;
  }

  /** What the loop made of the proposal that it took. */
  #heedWordOn(seat: Seat, { experiments, refusals }: Study): void {
    if (!seat.handed) return;
    const { proposal, entry } = seat.handed;
    const latest = experiments.at(-1);
    if (latest?.member === seat.id && sameText(latest.program, proposal.program)) {
      seat.adopted();
      return;
    }
    const refusal = refusals.findLast(
      (each) =>
        each.proposal.member === seat.id && sameText(each.proposal.program, proposal.program),
    );
    if (refusal) seat.refused(entry.shown.proposal, refusal.reason, true);
  }

  /** Directions changed: into the log with them, so that a reload keeps them. */
  #directed(): void {
    const directions = this.#guide.list;
    this.#o.note?.({ type: 'directions-set', directions }).catch(() => {});
    this.changed();
  }
}
