import type { Instruments } from '../../agent/researchers/claude/desk';
import type { Note, Researcher, Study } from '../../agent/study';
import type { TeamCommands } from '../../agent/team/commands';
import type { Member } from '../../agent/team/member';
import type { Team } from '../../agent/team/options';
import type { createTeam } from '../../agent/team/team';
import type { TeamView } from '../../agent/team/view';
import type { Absences } from './absences';
import type { Approvals } from './kept';

/** What the page may ask of its team. */
export interface LabTeam extends Omit<TeamCommands, 'subscribe' | 'getView'> {
  /**
   * Whoever sits in the team leaves, and these come: with `anew`, since a person chose them now; else after a
   * load, and whom a person paused or dismissed before stays so.
   */
  seat(members: readonly Member[], anew: boolean): void;
}

/** What a researcher of the page can use besides what the loop lends it. */
export type LabInstruments = Pick<Instruments, 'inspect' | 'run' | 'note' | 'types' | 'diagnose'>;

const LOCAL = 'local';

/** The local researcher as a member of a team. */
export function localMember(researcher: Researcher): Member {
  return {
    id: LOCAL,
    title: 'Local search',
    instant: true,
    name: researcher.name,
    propose: (...asked) => researcher.propose(...asked),
  };
}

/** Milliseconds between two pictures of a team: words arrive faster than an eye reads. */
const INTERVAL = 100;

export interface TeamDeskParts {
  readonly load: () => Promise<{
    readonly createTeam: typeof createTeam;
    readonly researcher: Researcher;
  }>;
  readonly note: (note: Note) => Promise<void>;
  readonly show: (team: TeamView) => void;
  /** The study that is open, once it has begun; null while one is only looked at. */
  readonly study: () => Study | null;
  readonly approvals: Approvals;
  readonly absences: Absences;
}

/**
 * The team of the page: the local researcher, and whoever is hired. Its code comes with the loop's; what is
 * asked of it before is done once it is there.
 */
export class TeamDesk implements LabTeam {
  readonly #parts: TeamDeskParts;
  #team: Team | null = null;
  #loading: Promise<Team> | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** The study that is shown, for a team that is not here yet. */
  #study: Study | null = null;
  /** Whether each trial waits for a person's word. */
  #approval = false;

  constructor(parts: TeamDeskParts) {
    this.#parts = parts;
  }

  /** Loads the team where it is not here. */
  ready(): Promise<Team> {
    this.#loading ??= this.#load().catch((error) => {
      // It may come the next time.
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  /** A study is shown, and nothing runs. */
  open(study: Study | null): void {
    this.#study = study;
    this.#team?.show(study);
    if (!study) return;
    this.#setApproval(this.#parts.approvals.of(study.id) ?? this.#approval);
    this.keepApproval();
  }

  /** A study that has just begun keeps to what holds now. */
  keepApproval(): void {
    const { study, approvals } = this.#parts;
    const id = study()?.id;
    if (id !== undefined) approvals.keep(id, this.#approval);
  }

  hire = (member: Member) => {
    this.#parts.absences.end(member.id);
    this.#ask((team) => team.hire(member));
  };
  dismiss = (member: string) => {
    this.#parts.absences.dismiss(member);
    this.#ask((team) => team.dismiss(member));
  };
  seat: LabTeam['seat'] = (members, anew) => {
    if (anew) this.#parts.absences.endAll();
    this.#ask((team) => {
      for (const { id } of team.getView().members) team.dismiss(id);
      for (const member of members) this.#seat(team, member);
    });
  };
  appoint: LabTeam['appoint'] = (roles) => this.#ask((team) => team.appoint(roles));
  accept = () => {
    this.#parts.absences.end(LOCAL);
    this.#ask((team) => team.accept());
  };
  pause = (member: string) => {
    this.#parts.absences.pause(member);
    this.#ask((team) => team.pause(member));
  };
  resume = (member: string) => {
    this.#parts.absences.end(member);
    this.#ask((team) => team.resume(member));
  };
  tell: LabTeam['tell'] = (member, message) => this.#ask((team) => team.tell(member, message));
  veto: LabTeam['veto'] = (proposal, reason) => this.#ask((team) => team.veto(proposal, reason));
  approve = (proposal: string) => this.#ask((team) => team.approve(proposal));
  setApproval = (on: boolean) => {
    this.#setApproval(on);
    this.keepApproval();
  };
  pin = (direction: string) => this.#ask((team) => team.pin(direction));
  unpin = (direction: string) => this.#ask((team) => team.unpin(direction));
  takeKeyboard = (member: string) => this.#team?.takeKeyboard(member) ?? null;
  handBack: LabTeam['handBack'] = (member, program) => {
    this.#parts.absences.end(member);
    this.#ask((team) => team.handBack(member, program));
  };

  #setApproval(on: boolean): void {
    this.#approval = on;
    this.#team?.setApproval(on);
  }

  #seat(team: Team, member: Member): void {
    const { absences } = this.#parts;
    if (absences.isDismissed(member.id)) return;
    team.hire(member);
    if (absences.isPaused(member.id)) team.pause(member.id);
  }

  #ask(work: (team: Team) => void): void {
    if (this.#team) work(this.#team);
    else this.ready().then(work, () => {});
  }

  async #load(): Promise<Team> {
    const { createTeam, researcher } = await this.#parts.load();
    const local = localMember(researcher);
    const team = createTeam({
      members: [],
      fallback: { member: local, byItself: false },
      note: this.#parts.note,
    });
    this.#seat(team, local);
    this.#team = team;
    team.setApproval(this.#approval);
    team.show(this.#study);
    team.subscribe(() => this.#showSoon());
    this.#parts.show(team.getView());
    return team;
  }

  #showSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#team) this.#parts.show(this.#team.getView());
    }, INTERVAL);
  }
}
