import type { Inspection } from '../model/harness/inspect';
import type { TrialEvent, TrialRequest, TrialResult } from '../model/harness/trial';
import type { ProgramSource } from '../model/programs/program';
import type { TaskSpec } from '../model/tasks/task';
import type { FollowUp, FollowUpEvent } from './followups/follow-up';
import type { Direction } from './team/view';

export type ResearcherName = 'claude' | 'local' | 'random' | 'human' | 'replay';

/** One idea: what is expected, and the whole program that tests it. */
export interface Proposal {
  /** The change in a few words: `learning rate 0.01 -> 0.02`. */
  readonly title: string;
  /** A sentence that a student learns from: what is expected, and why. */
  readonly hypothesis: string;
  /** The kind of edit, such as `learning-rate`; a researcher learns by kind. */
  readonly kind: string;
  readonly program: ProgramSource;
  /** The experiment whose program this one edits; null for the baseline. */
  readonly parent: string | null;
  readonly researcher: ResearcherName;
  /** Who of a team proposed it, by id, such as `claude-1`. */
  readonly member?: string;
  /** What the team's critic held against it, and it was run all the same. */
  readonly critique?: string;
}

export type Decision = 'keep' | 'discard' | 'inconclusive' | 'crash';

/** What a decision rests on. */
export type Ground =
  | 'baseline' // the first program is kept because there is nothing to beat yet
  | 'better' // kept: a lower score, beyond what luck explains
  | 'simpler' // kept: as good, with a simpler program
  | 'worse' // discarded: a higher score, beyond what luck explains
  | 'no better' // discarded: not clearly worse, but no longer able to show that it is better
  | 'the same' // discarded: it computes exactly what the incumbent computes
  | 'near miss' // inconclusive: ahead on average, and luck is not ruled out
  | 'crash';

/** A decision with the numbers behind it. */
export interface Verdict {
  readonly decision: Decision;
  readonly ground: Ground;
  /** The decision explained in one or two sentences that quote the numbers. */
  readonly reason: string;
  readonly evidence: Evidence;
}

/** What a verdict rests on. Fields that logs of earlier versions lack are optional. */
export interface Evidence {
  /**
   * Candidate minus incumbent in val_bpb, seed by seed; negative is better. Empty where the evidence is
   * unpaired.
   */
  readonly differences: readonly { readonly seed: number; readonly difference: number }[];
  readonly mean: number | null;
  /** Two-sided 95% interval of the mean difference, once there is a noise to judge by. */
  readonly interval: readonly [number, number] | null;
  /** One-sided: how often luck alone would do as well, at this one look. */
  readonly p: number | null;
  /** Whether both programs draw the same numbers from a seed, so that luck they share cancels. */
  readonly pairing?: 'paired' | 'unpaired';
  /** Where the evidence is unpaired: the scores on both sides. */
  readonly scores?: {
    readonly candidate: readonly number[];
    readonly incumbent: readonly number[];
  };
  /** One-sided p of the first seed alone: what the study's level counts. Null where it was no test. */
  readonly first?: number | null;
  /** Looks taken at the evidence, and the sequential p that accounts for them; null before the first. */
  readonly looks?: number;
  readonly sequential?: number | null;
  /** What the study asked of the sequential p, fixed when the comparison began. */
  readonly level?: number;
  /** The noise that the interval and p rest on: of one difference, or of one score where unpaired. */
  readonly noise?: { readonly deviation: number; readonly freedom: number } | null;
  /** Trials of the candidate that were spent, void ones included. */
  readonly trials?: number;
}

/** A trial that ended, void ones included. */
export interface Trial {
  readonly id: string;
  readonly seed: number;
  readonly result: TrialResult;
  /** The recalibrations before it; see loop/eras.ts. Absent: none. */
  readonly era?: number;
}

/** A machine's new pace, with which a new era of the study begins. */
export interface Recalibration {
  /** Milliseconds of one run of the reference workload. */
  readonly reference: number;
  /** How many times slower or faster the machine may be before a trial is void. */
  readonly band: number;
  /** The share of its training time that a trial may lose to hold-ups. */
  readonly lost: number;
  /** How many times more or fewer steps a second a program may make. Absent in logs of earlier versions. */
  readonly steps?: number;
  readonly reason: string;
}

/** A proposal, its trials and its verdict. Experiment 0 is the baseline. */
export interface Experiment extends Proposal {
  readonly id: string;
  readonly number: number;
  /** Content hash of its graphs, where it was inspected when it was proposed; see `graphHashOf`. */
  readonly graphHash?: string;
  readonly trials: readonly Trial[];
  readonly verdict: Verdict | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

/** One run of the loop on one task, folded from its events (see history/fold.ts). */
export interface Study {
  readonly id: string;
  readonly task: TaskSpec;
  readonly taskId: string;
  readonly device: string;
  readonly createdAt: number;
  /** What it went on from; absent where it began by itself. */
  readonly origin?: Origin;
  readonly baseline: ProgramSource;
  /** In order of their numbers. Experiment 0 is the baseline. */
  readonly experiments: readonly Experiment[];
  /** Id of the best experiment so far; null until the baseline has a score. */
  readonly incumbent: string | null;
  /** The trial that began last and has not ended: under way, or lost with its tab. */
  readonly inFlight: {
    readonly experiment: string;
    readonly trial: string;
    readonly seed: number;
  } | null;
  /** Why proposals for the next experiment were turned down, for the researcher who is asked again. */
  readonly refusals: readonly Refusal[];
  /** The human's written direction to the researchers, Markdown; '' where none was given. */
  readonly brief: string;
  /** What people and researchers wrote down, in the order they did; what verdicts teach is derived (memory/). */
  readonly insights: readonly Insight[];
  /** Runs over the finished study: does what it found hold up? */
  readonly followUps: readonly FollowUp[];
  /** Each began a new era; absent where the machine has kept its pace. */
  readonly recalibrations?: readonly Recalibration[];
  /** What researchers are asked to pursue; absent where nobody said. */
  readonly directions?: readonly Direction[];
  readonly status: 'running' | 'stopped' | 'finished';
  /** Why it stopped or finished, in words; null while it runs. */
  readonly ending: string | null;
}

/** The study, recorded or of the history, that another one went on from; see replay/branch.ts. */
export interface Origin {
  readonly study: string;
  readonly device: string;
  /** The experiment whose program was the best one there; null where the baseline had no score yet. */
  readonly experiment: string | null;
  /**
   * The study that seeds and researchers' draws hang on, where the log begins with a copy of the origin's:
   * the scores that were copied stay comparable. Absent where nothing but a program was taken over.
   */
  readonly seeds?: string;
}

/** Something learned, in words, with the evidence that it rests on. */
export interface Insight {
  readonly text: string;
  /** Ids of the experiments that it rests on. */
  readonly experiments: readonly string[];
  readonly author: ResearcherName;
}

/** A proposal that was not worth a trial. */
export interface Refusal {
  readonly proposal: Proposal;
  readonly reason: string;
}

/** The append-only log that a study is. Whatever the lab shows can be folded from these again. */
export type StudyEvent = { readonly at: number } & (
  | {
      readonly type: 'study-created';
      readonly study: string;
      readonly task: TaskSpec;
      readonly taskId: string;
      readonly device: string;
      readonly baseline: ProgramSource;
      /** The brief that the study begins with; missing where there is none. */
      readonly brief?: string;
      readonly origin?: Origin;
    }
  | {
      readonly type: 'experiment-proposed';
      readonly experiment: string;
      readonly proposal: Proposal;
      /** Content hash of the program's graphs; absent where they could not be traced. */
      readonly graphHash?: string;
    }
  | {
      readonly type: 'trial-started';
      readonly experiment: string;
      readonly trial: string;
      readonly seed: number;
    }
  | {
      readonly type: 'trial-ended';
      readonly experiment: string;
      readonly trial: string;
      readonly seed: number;
      readonly result: TrialResult;
    }
  | ({ readonly type: 'recalibrated' } & Recalibration)
  | { readonly type: 'verdict'; readonly experiment: string; readonly verdict: Verdict }
  | { readonly type: 'proposal-refused'; readonly proposal: Proposal; readonly reason: string }
  | {
      readonly type: 'researcher-failed';
      readonly researcher: ResearcherName;
      readonly message: string;
    }
  /** Something that a person or a researcher wants remembered. */
  | ({ readonly type: 'insight' } & Insight)
  /** A person wrote the brief, or changed it: the whole text. */
  | { readonly type: 'brief-set'; readonly text: string }
  /** What researchers are asked to pursue from now on: the whole list. */
  | { readonly type: 'directions-set'; readonly directions: readonly Direction[] }
  /** Stopped by a person or by trouble, with work left. */
  | { readonly type: 'study-stopped'; readonly reason: string }
  | { readonly type: 'study-resumed' }
  /** A limit was reached, or nothing is left to try. It can still be resumed, with other limits. */
  | { readonly type: 'study-finished'; readonly reason: string }
  | FollowUpEvent
);

/** What may be written into a log beside the loop: nothing of it decides an experiment. */
export type Note = WithoutTime<
  Extract<StudyEvent, { type: 'insight' | 'brief-set' | 'directions-set' }>
>;

/** An event that was not dated yet. */
export type WithoutTime<E> = E extends StudyEvent ? Omit<E, 'at'> : never;

/**
 * Whoever proposes. Returns null when it has nothing left to try. It should edit the incumbent's program,
 * and heed `study.refusals`: an equal program is turned down again.
 */
export interface Researcher {
  readonly name: ResearcherName;
  propose(
    study: Study,
    signal: AbortSignal,
    /** Traces and plans a program on the study's device; missing where nobody can. */
    inspect?: TrialRunner['inspect'],
    /** What others do meanwhile; missing where there are no others. */
    around?: Around,
  ): Promise<Proposal | null>;
  /**
   * Told by the loop when a study is open and after each event, so that it can think while trials run. What
   * it began ends when the signal aborts or the study no longer runs. Must not throw.
   */
  observe?(study: Study, loop: LoopView): void;
  /**
   * The loop is about to end the study: resolves once what is still being written of it is in the log, within
   * a minute at most, and at once when the signal aborts. Must not reject.
   */
  conclude?(signal: AbortSignal): Promise<void>;
}

/** What goes on around a researcher that thinks beside others. */
export interface Around {
  /** Proposals that wait for their trial. Those under trial are in the study, without a verdict. */
  readonly underWay: readonly Proposal[];
}

/** What a researcher may know of the loop that asks it. */
export interface LoopView {
  /** One for each run of the loop. */
  readonly signal: AbortSignal;
  readonly inspect: TrialRunner['inspect'];
  /** How many more experiments may begin; Infinity where nothing limits them. */
  readonly left: number;
}

/** Runs trials on one device, one after another; in the page it speaks to a worker. */
export interface TrialRunner {
  run(
    request: TrialRequest,
    onEvent: (event: TrialEvent) => void,
    signal: AbortSignal,
  ): Promise<TrialResult>;
  /** Traces and plans a program without training it. Rejects when the signal aborts. */
  inspect(program: ProgramSource, signal: AbortSignal): Promise<Inspection>;
}

/** Where studies are kept. An append has reached the disk when its promise resolves. */
export interface History {
  /**
   * The first event of a study must be `study-created`, and only the first. `position`, where given, is
   * the number of events that the log must hold before: two loops on one study cannot mix their events.
   * Throws HistoryError.
   */
  append(study: string, event: StudyEvent, position?: number): Promise<void>;
  /** In the order they were appended; empty when there is no such study. */
  events(study: string): Promise<readonly StudyEvent[]>;
  /** Newest first. */
  studies(): Promise<
    readonly { readonly id: string; readonly createdAt: number; readonly task: string }[]
  >;
  remove(study: string): Promise<void>;
}
