import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type KeptDraft, keptDraftsOn } from './lab/kept';
import type { Watched } from './lab/shown-program';
import { tabShelf } from './lab/study-shelf';
import { useLab, useLabState } from './use-lab';

/** A member's draft that a person took to write on. */
export interface TakenDraft extends KeptDraft {
  /** The study that it belongs to. */
  readonly study: string;
  /** Its author waits for it; after a reload it does not. */
  readonly waits: boolean;
}

/** What a person looks at and writes, shared by the panes: it is theirs alone, and the lab knows nothing of it. */
export interface Desk {
  readonly watched: Watched;
  readonly taken: TakenDraft | null;
  /** Whether all of the team is shown although one line would do. */
  readonly open: boolean;
  watch(watched: Watched): void;
  unfold(open: boolean): void;
  /** False where the member has no draft. */
  take(member: string, title: string): boolean;
  /** Keeps what was written on the draft that was taken, for a reload. */
  keep(written: Pick<KeptDraft, 'program' | 'hypothesis'>): void;
  /** Gives the draft out of hand. */
  leave(): void;
}

const DeskContext = createContext<Desk | null>(null);

/** The pane in which programs are shown and written; what opens one elsewhere brings it into view. */
export const PROGRAM_PANE = 'program-pane';

/** In this tab: what was written outlives a reload, and two tabs do not mix. */
const drafts = keptDraftsOn(tabShelf());

export function DeskProvider({ children }: { readonly children: ReactNode }) {
  const lab = useLab();
  const [watched, watch] = useState<Watched>('auto');
  const [open, unfold] = useState(false);
  const [taken, setTaken] = useState<TakenDraft | null>(null);
  const study = useLabState(({ replay, study }) => (replay ? null : (study?.id ?? null)));
  useEffect(() => {
    const kept = study === null ? null : drafts.of(study);
    setTaken(study !== null && kept ? { ...kept, study, waits: false } : null);
  }, [study]);
  const desk = useMemo(
    () => ({
      watched,
      taken,
      open,
      watch,
      unfold,
      take: (member: string, title: string) => {
        const draft = lab.team.takeKeyboard(member);
        const study = lab.getSnapshot().study?.id;
        if (draft && study !== undefined) {
          const begun = { member, title, draft, program: draft.program, hypothesis: '' };
          drafts.keep(study, begun);
          setTaken({ ...begun, study, waits: true });
        }
        return draft !== null;
      },
      keep: (written: Pick<KeptDraft, 'program' | 'hypothesis'>) => {
        if (!taken) return;
        const { study, waits: _, ...before } = taken;
        drafts.keep(study, { ...before, ...written });
      },
      leave: () => {
        if (taken) drafts.drop(taken.study);
        setTaken(null);
      },
    }),
    [lab, watched, taken, open],
  );
  return <DeskContext value={desk}>{children}</DeskContext>;
}

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('useDesk needs a DeskProvider above it');
  return desk;
}

/** Brings the program pane into view for those who pressed a button elsewhere. */
export function showProgramPane(): void {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  document
    .getElementById(PROGRAM_PANE)
    ?.scrollIntoView({ block: 'start', behavior: still ? 'auto' : 'smooth' });
}
