import type { ProgramSource } from '../../model/programs/program';
import type { Critic } from './critic';
import type { Director } from './director';
import type { Draft, Member } from './member';
import type { TeamView } from './view';

/** What a person may ask of a team. Unknown ids are ignored: what they named has just gone. */
export interface TeamCommands {
  /** Throws where there is a member of that id. */
  hire(member: Member): void;
  /** Gives the team a critic or a director, takes it away (null), or leaves it as it is. */
  appoint(roles: { readonly critic?: Critic | null; readonly director?: Director | null }): void;
  /** Hires whom `view.offer` offers. A study that stopped has to be started again. */
  accept(): void;
  /** Ends what it is doing; its proposals that wait are dropped. */
  dismiss(member: string): void;
  /** It finishes no further thought until `resume`; what it had is kept. */
  pause(member: string): void;
  resume(member: string): void;
  tell(member: string, message: string): void;
  /** Takes a waiting proposal away; its author is told why. */
  veto(proposal: string, reason: string): void;
  approve(proposal: string): void;
  setApproval(on: boolean): void;
  pin(direction: string): void;
  unpin(direction: string): void;
  /** Pauses the member and gives its draft to a person; null where it has none yet. */
  takeKeyboard(member: string): Draft | null;
  /** The member goes on with this program, or with the one it had where it is null. */
  handBack(member: string, program: ProgramSource | null): void;
  subscribe(listener: () => void): () => void;
  getView(): TeamView;
}
