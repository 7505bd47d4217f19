import type { runFollowUp } from '../../agent/followups/run';
import type { runStudy } from '../../agent/loop/run';
import type { TypeChecker } from '../../agent/researchers/claude/types/problem';
import type { History, Researcher } from '../../agent/study';
import type { createTeam } from '../../agent/team/team';
import type { TaskSpec } from '../../model/tasks/task';
import type { Absences } from './absences';
import type { Bench } from './bench';
import type { Approvals } from './kept';
import type { Notice, StudySetup } from './lab';
import type { Settings } from './settings';
import type { TabLock } from './tab-lock';

/** What a lab is made of. */
export interface LabParts {
  readonly history: History;
  readonly bench: Bench;
  /** The loop and who proposes, loaded when they are first needed. */
  readonly loadLoop: () => Promise<Loop>;
  readonly settings: Settings;
  /** Held while trials run, so that two tabs never disturb each other's clocks. */
  readonly lock: TabLock;
  /** The task that a visitor chose. Rejects in words when there is none. */
  readonly taskOf: (setup: StudySetup) => Promise<TaskSpec>;
  /** Checks types for researchers who write; loaded when it is first asked. */
  readonly types?: TypeChecker;
  /** Which studies ask a person before each trial. */
  readonly approvals: Approvals;
  /** Who of the team was paused or dismissed. */
  readonly absences: Absences;
  /** Whether things may move on the page without having been asked to; default: yes. */
  readonly mayMove?: () => boolean;
}

export interface Loop {
  readonly runStudy: typeof runStudy;
  readonly runFollowUp: typeof runFollowUp;
  readonly createTeam: typeof createTeam;
  /** Needs no key: a member of every team from the beginning. */
  readonly researcher: Researcher;
}

/** Tells the visitor something in words. */
export type Say = (tone: Notice['tone'], text: string) => void;
