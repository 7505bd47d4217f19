import type { Spent } from '../researchers/claude/meter';
import type { Proposal, ResearcherName } from '../study';
import type { Draft } from './member';

/** What whoever looks on is shown of a team: inert data, a new object whenever something changed. */
export interface TeamView {
  readonly members: readonly MemberView[];
  /** Proposals that wait for their trial, the next one first. */
  readonly waiting: readonly WaitingProposal[];
  /** What researchers are asked to pursue: pinned by a person, or drawn up by the director. */
  readonly directions: readonly Direction[];
  /** Whether each proposal waits for a person's word before it may run. */
  readonly approval: boolean;
  /** Share of the time since the team began in which the device was running trials, 0 to 1. */
  readonly deviceBusy: number;
  /** Who would take over, now that all others have ended; null where nobody is offered. See `accept`. */
  readonly offer: { readonly title: string; readonly reason: string } | null;
}

export interface MemberView {
  readonly id: string;
  readonly title: string;
  readonly researcher: ResearcherName;
  readonly doing: MemberDoing;
  /** While the API has to be waited for: why, and how much longer. */
  readonly wait: { readonly reason: string; readonly secondsLeft: number } | null;
  /** The experiment of its that is under trial; it may think of the next one meanwhile. */
  readonly experiment: string | null;
  readonly model: string | null;
  /** What it pursues now. */
  readonly direction: string | null;
  /** Its thought summaries, words and tools, and what it was told: the latest, oldest first. */
  readonly stream: readonly StreamItem[];
  /** The program that it is writing; null while it has none. */
  readonly draft: Draft | null;
  /** Null for one that costs nothing. */
  readonly spent: Spent | null;
  /** Experiments of its that have a verdict, and those that were kept. */
  readonly tried: number;
  readonly kept: number;
  /** Milliseconds in which it neither thought nor had anything waiting or under trial. */
  readonly idle: number;
  /** Why it stopped for good; null while it has not. */
  readonly ending: string | null;
}

/**
 * `thinking`: a reply is under way; `working`: a tool runs; `waiting`: for the API; `ready`: its proposal
 * waits for the device; `held`: a person has its keyboard; `resting`: it has nothing to do.
 */
export type MemberDoing =
  | 'thinking'
  | 'working'
  | 'waiting'
  | 'ready'
  | 'resting'
  | 'paused'
  | 'held'
  | 'ended';

/**
 * `thought`, `said`: its own; `tool`: what it called; `heard`: what the tool answered; `told`: what a person
 * or the lab told it; `trouble`: what went wrong.
 */
export interface StreamItem {
  readonly kind: 'thought' | 'said' | 'tool' | 'heard' | 'told' | 'trouble';
  readonly text: string;
}

export interface WaitingProposal {
  /** Unique in its team. */
  readonly id: string;
  readonly member: string;
  readonly proposal: Proposal;
  /** `reading`: the critic reads it; `approval`: a person has to say yes; `device`: it runs next. */
  readonly stage: 'reading' | 'approval' | 'device';
  /** What the critic said of it. */
  readonly critique: string | null;
}

export interface Direction {
  readonly id: string;
  readonly text: string;
  readonly author: ResearcherName;
  /** A person's, which stays until that person takes it away; the director's list comes and goes. */
  readonly pinned: boolean;
}
