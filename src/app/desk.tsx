import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { Draft } from '../agent/team/member';
import type { Watched } from './lab/shown-program';
import { useLab } from './use-lab';

/** A draft whose author waits while a person writes. */
export interface TakenDraft {
  /** The study that it belongs to. */
  readonly study: string;
  readonly member: string;
  readonly title: string;
  readonly draft: Draft;
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
  leave(): void;
}

const DeskContext = createContext<Desk | null>(null);

/** The pane in which programs are shown and written; what opens one elsewhere brings it into view. */
export const PROGRAM_PANE = 'program-pane';

export function DeskProvider({ children }: { readonly children: ReactNode }) {
  const lab = useLab();
  const [watched, watch] = useState<Watched>('auto');
  const [open, unfold] = useState(false);
  const [taken, setTaken] = useState<TakenDraft | null>(null);
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
        if (draft && study !== undefined) setTaken({ study, member, title, draft });
        return draft !== null;
      },
      leave: () => setTaken(null),
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
