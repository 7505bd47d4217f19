import type { ProgramSource } from '../../model/programs/program';
import type { Tell } from '../researchers/claude/events';
import type { Proposal, Researcher } from '../study';

/** A researcher that thinks beside others and can be spoken to while it does. */
export interface Member extends Researcher {
  /** Short, unique in its team and stable over reloads, such as `claude-1`. */
  readonly id: string;
  /** What a person calls it, such as `Claude 1`. */
  readonly title: string;
  /**
   * It proposes in no time, as the local researcher does: it is asked when the device is free and nothing of
   * the others waits, and never ahead, so that it knows every verdict.
   */
  readonly instant?: true;
  /** From now on it tells what it does. One listener at a time; null ends it. */
  listen?(tell: Tell | null): void;
  /** A person's words, which it reads before it goes on. Missing where it cannot read. */
  hear?(message: string): void;
  /** What it is asked to pursue from its next idea on; null leaves it free. */
  pursue?(direction: string | null): void;
  /** A person took its draft and hands it back, perhaps changed: its next thought begins there. */
  takeDraft?(draft: Draft): void;
  /** Its proposal came back, and why. Told at once: whoever keeps its work over a reload then keeps this too. */
  turnedDown?(proposal: Proposal, reason: string): void;
}

/** A program that is being written, and the experiment that it edits. */
export interface Draft {
  readonly program: ProgramSource;
  readonly parent: string | null;
}
