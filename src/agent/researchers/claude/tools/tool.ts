import type { Proposal } from '../../../study';
import type { Desk, Instruments } from '../desk';
import type { Schema } from '../schema';

/** What a tool says to the model. */
export interface Answer {
  readonly text: string;
  /** The call did not do what was asked; the text says what to do instead. */
  readonly failed?: true;
  /** Ends the turn. */
  readonly proposal?: Proposal;
  /** Ends the attempt without a proposal, for this reason. */
  readonly ended?: string;
}

export interface Tool<T = unknown> {
  readonly name: string;
  readonly description: string;
  readonly input: Schema<T>;
  /** The instrument that it cannot do without. */
  readonly needs?: keyof Instruments;
  /** Rejects only when the signal aborts. */
  run(input: T, desk: Desk, signal: AbortSignal): Answer | Promise<Answer>;
}

export const said = (text: string): Answer => ({ text });
export const refused = (text: string): Answer => ({ text, failed: true });
