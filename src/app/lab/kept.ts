/** What the page keeps of each study beside its log, so that a reload loses none of it. */
import { boolean, nullable, record, text } from '../../agent/history/format/readers';
import type { Draft } from '../../agent/team/member';
import type { ProgramSource } from '../../model/programs/program';
import { type Shelf, StudyShelf } from './study-shelf';

/** A member's draft in a person's hands, and what the person made of it. */
export interface KeptDraft {
  readonly member: string;
  readonly title: string;
  /** As it was taken. */
  readonly draft: Draft;
  readonly program: ProgramSource;
  readonly hypothesis: string;
}

const LONGEST_NAME = 200;
const LONGEST_TEXT = 400_000;

const program = record<ProgramSource>({ model: text(LONGEST_TEXT), optimizer: text(LONGEST_TEXT) });
const name = text(LONGEST_NAME);

const keptDraft = record<KeptDraft>({
  member: name,
  title: name,
  draft: record<Draft>({ program, parent: nullable(name) }),
  program,
  hypothesis: text(LONGEST_TEXT),
});

export type Approvals = StudyShelf<boolean>;
export type KeptDrafts = StudyShelf<KeptDraft>;

/** Whether trials wait for a person's word: on the device, since another tab must ask for it too. */
export const approvalsOn = (shelf: Shelf | null): Approvals =>
  new StudyShelf(shelf, 'loopy-lab:approval', boolean);

/** In the tab, since two tabs may each hold a draft of one study. */
export const keptDraftsOn = (shelf: Shelf | null): KeptDrafts =>
  new StudyShelf(shelf, 'loopy-lab:taken', keptDraft);
