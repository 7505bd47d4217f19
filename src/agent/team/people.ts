import type { ProgramSource } from '../../model/programs/program';
import type { TeamCommands } from './commands';
import type { Draft, Member } from './member';
import { Seat } from './seat';
import { Table } from './table';

/** What a person asks of a team, carried out. */
export abstract class LedByPeople extends Table implements TeamCommands {
  hire(member: Member): void {
    if (this.seatOf(member.id)) throw new Error(`the team has a member ${member.id} already`);
    const now = () => this.clock.now();
    const seat = new Seat(member, this.run !== null, now, () => this.changed());
    member.listen?.((event) => seat.hear(event));
    if (this.study) seat.hear({ type: 'study', study: this.study });
    this.seats = [...this.seats, seat];
    this.offer = null;
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
    const { fallback } = this.options;
    if (this.offer && fallback && !this.seatOf(fallback.member.id)) this.hire(fallback.member);
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
    this.approval = on;
    for (const { shown, approved } of this.queue.entries) {
      if (shown.stage !== 'reading' && !approved) {
        this.queue.change(shown.id, { stage: on ? 'approval' : 'device' });
      }
    }
    this.changed();
    this.pump();
  }

  pin(direction: string): void {
    this.guide.pin(direction);
    this.directed();
  }

  unpin(direction: string): void {
    this.guide.unpin(direction);
    this.directed();
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
}
