import type { ProgramSource } from '../../model/programs/program';
import type { Draft, Member } from './member';
import type { TeamView } from './view';

/** What a person may ask of a team. Unknown ids are ignored: what they named has just gone. */
export interface TeamCommands {
  hire(member: Member): void;
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
