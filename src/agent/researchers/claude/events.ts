import type { ProgramSource } from '../../../model/programs/program';
import type { Spent } from './meter';

/** What a researcher is doing, for whoever looks on. No event holds the key. */
export type ClaudeEvent =
  | { readonly type: 'model'; readonly model: string }
  /** A request was sent; deltas of an attempt that fails are void once `waiting` or another `asking` comes. */
  | { readonly type: 'asking'; readonly request: number }
  | { readonly type: 'thinking'; readonly delta: string }
  | { readonly type: 'text'; readonly delta: string }
  /** Arguments of a tool call as they stream in: JSON, in pieces. */
  | { readonly type: 'tool-input'; readonly delta: string }
  | { readonly type: 'tool-called'; readonly id: string; readonly tool: string }
  | {
      readonly type: 'tool-answered';
      readonly id: string;
      readonly tool: string;
      readonly ok: boolean;
      readonly text: string;
    }
  /** The draft changed: the whole program as it now stands. */
  | { readonly type: 'edited'; readonly program: ProgramSource; readonly parent: string | null }
  /** What it alone has cost since it was made, where it shares its meter; else what the meter says. */
  | { readonly type: 'spent'; readonly spent: Spent }
  /** Told every second of a wait. */
  | { readonly type: 'waiting'; readonly reason: string; readonly secondsLeft: number }
  /** A reply could not be used and was asked for again. */
  | { readonly type: 'asked-again'; readonly reason: string }
  /** A person's words, as they went into the conversation. */
  | { readonly type: 'heard'; readonly text: string }
  /** A conversation goes on that an earlier page or process had begun, after so many replies. */
  | { readonly type: 'went-on'; readonly replies: number }
  /** What was kept or handed in is given up, and the next proposal begins anew. */
  | { readonly type: 'began-anew'; readonly reason: string }
  /** The work in hand could not be kept: a reload would lose it. */
  | { readonly type: 'not-kept'; readonly reason: string };

export type Tell = (event: ClaudeEvent) => void;

/** Hears of several researchers, each by its id. */
export type TellOf = (event: ClaudeEvent, member: string) => void;
