import type { Clock } from '../clock';
import type { Note, Researcher, Study } from '../study';
import type { TeamCommands } from './commands';
import type { Critic } from './critic';
import type { Director } from './director';
import type { Member } from './member';

export interface TeamOptions {
  readonly members: readonly Member[];
  readonly critic?: Critic;
  readonly director?: Director;
  /** Takes over when all others have ended: by itself, or once a person accepts. */
  readonly fallback?: { readonly member: Member; readonly byItself: boolean };
  /** Writes the directions into the study's log. Missing, they are forgotten with the team. */
  readonly note?: (note: Note) => Promise<void>;
  /** Default: real time. */
  readonly clock?: Pick<Clock, 'now' | 'sleep'>;
  /** Milliseconds before the n-th attempt (from 2) of a member that failed. */
  readonly patience?: (attempt: number) => number;
}

/** Several researchers that the loop asks as if they were one. */
export interface Team extends Researcher, TeamCommands {
  observe(study: Study, loop: Parameters<NonNullable<Researcher['observe']>>[1]): void;
  conclude(signal: AbortSignal): Promise<void>;
  /** Shows what a study's log tells of the team, while no loop runs on it; null forgets the last one. */
  show(study: Study | null): void;
}

/** Times in a row that trouble of one member is met with another attempt. */
export const PATIENCE = { failures: 3, refusals: 8, objections: 2 } as const;
/** Milliseconds that a study's end waits for what the critic writes of its last experiments. */
export const LAST_LESSON = 60_000;
/** Verdicts after which the director is asked again. */
export const DIRECT_EVERY = 5;
