import type { FollowUpKind } from '../../agent/followups/follow-up';
import type { Note, Study } from '../../agent/study';
import type { TeamView } from '../../agent/team/view';
import type { DeviceInfo } from '../../kernels/devices/device';
import type { LossPoint, TrialStage } from '../../model/harness/trial';
import type { ProgramSource } from '../../model/programs/program';
import type { Budget } from '../../model/tasks/task';
import type { LabPlayer, ReplayView } from '../replay/view';
import type { TaskFacts } from './facts';
import type { LabInstruments, LabTeam } from './team-desk';

/**
 * All that the page knows of the lab: what it shows (`LabSnapshot`) and what it may ask for. Behind it are
 * the loop, the history and a worker; none of their objects comes through.
 */
export interface Lab {
  subscribe(listener: () => void): () => void;
  /** The same object until something changes; parts that did not change keep their identity too. */
  getSnapshot(): LabSnapshot;

  /** The researchers and what is asked of them; how they are is in the snapshot. */
  readonly team: LabTeam;
  /** What a researcher made for `team.hire` works with; none of it disturbs a trial. */
  readonly instruments: LabInstruments;

  /** Plays studies that were run before. */
  readonly player: LabPlayer;

  /** Begins or resumes the loop on the study that is open. */
  start(): void;
  /** Ends the loop, or pauses a follow-up; the trial in flight is lost. */
  stop(): void;
  /** Begins a follow-up of the study that is open, or goes on with the one of that kind that is open. */
  followUp(kind: FollowUpKind): void;
  /** Stops what runs, makes a new study and begins it. */
  newStudy(setup: StudySetup): Promise<void>;
  /** Stops what runs and shows another study. */
  openStudy(id: string): Promise<void>;
  deleteStudy(id: string): Promise<void>;
  /** Looks at one experiment, or (null) at whatever is under way. */
  select(experiment: string | null): void;
  /** Queues a person's own edit as the next experiment. */
  propose(edit: HumanEdit): void;
  /** Writes an insight or a new brief into the log of the open study; trouble becomes a notice. */
  note(note: Note): void;
  dismissNotice(): void;
  /** The open study as a file to keep. */
  exportStudy(format: ExportFormat): Promise<ExportedFile>;
}

/** `html`, `md`: the report. */
export type ExportFormat = 'json' | 'tsv' | 'html' | 'md';

export interface ExportedFile {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/** What a visitor chooses for a new study. */
export interface StudySetup {
  /** The name of a task in the menu, or `own` with a text. */
  readonly task: string;
  readonly ownText?: { readonly name: string; readonly text: string };
  /** The name of a preset. */
  readonly program: string;
  readonly budget: Budget;
  /** Mixed precision; absent: float32. */
  readonly precision?: 'f16';
  /** Direction to the researchers. */
  readonly brief?: string;
}

export interface HumanEdit {
  readonly hypothesis: string;
  readonly program: ProgramSource;
  /** The experiment that was edited. */
  readonly parent: string;
}

export interface LabSnapshot {
  readonly activity: Activity;
  /** What is being made ready, while `activity` is `opening` or `preparing`. */
  readonly preparation: Preparation | null;
  readonly study: Study | null;
  /** Newest first. */
  readonly studies: readonly StudyEntry[];
  readonly facts: TaskFacts | null;
  readonly live: LiveTrial | null;
  /** The follow-up under way. */
  readonly following: FollowUpKind | null;
  /** What plays, while `activity` is `replaying`: the study is shown as it stood then. */
  readonly replay: ReplayView | null;
  /** The experiment that was picked; null follows whatever is under way. */
  readonly selected: string | null;
  /** Who proposes; null until the team has been loaded. */
  readonly team: TeamView | null;
  /** Edits of the visitor's that wait for their turn. */
  readonly queued: readonly HumanEdit[];
  readonly notice: Notice | null;
  /** What trials run on, once one has been planned. */
  readonly device: DeviceInfo | null;
}

/** A lab that was not opened yet. */
export const EMPTY_LAB: LabSnapshot = {
  activity: 'opening',
  preparation: null,
  study: null,
  studies: [],
  facts: null,
  live: null,
  following: null,
  replay: null,
  selected: null,
  team: null,
  queued: [],
  notice: null,
  device: null,
};

/** `following`: a follow-up runs, and the loop does not. `replaying`: nothing runs, whatever moves. */
export type Activity =
  | 'opening'
  | 'preparing'
  | 'running'
  | 'following'
  | 'replaying'
  | 'stopping'
  | 'idle';

/** A step before training: reading the corpus, learning the tokenizer. */
export interface Preparation {
  readonly message: string;
  /** 0 to 1, or null where nobody can tell. */
  readonly progress: number | null;
}

export interface StudyEntry {
  readonly id: string;
  readonly createdAt: number;
  readonly task: string;
}

/** Something the visitor should know, in words. */
export interface Notice {
  readonly tone: 'info' | 'problem';
  readonly text: string;
}

/** The trial under way, gathered from its events. */
export interface LiveTrial {
  readonly trial: string;
  readonly experiment: string;
  readonly seed: number;
  readonly stage: LiveStage;
  /** Share of the budget used, 0 to 1. */
  readonly progress: number;
  readonly plan: TrialPlan | null;
  readonly tokensPerSecond: number | null;
  /** At most a thousand points; neighbours are averaged as a trial goes on. */
  readonly points: readonly LossPoint[];
  readonly samples: readonly Sample[];
}

/** `waiting`: the tab is hidden, and a timed trial would not be fair. */
export type LiveStage = TrialStage | 'starting' | 'waiting';

export interface TrialPlan {
  readonly parameters: number;
  readonly flopsPerToken: number;
  readonly launchesPerStep: number;
}

export interface Sample {
  readonly step: number;
  readonly text: string;
}
