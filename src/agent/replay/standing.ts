import { applyEvent } from '../history/fold';
import type { Study, StudyEvent } from '../study';

/** A study is kept after every so many events, so that going back folds few of them again. */
const CHECKPOINT = 64;

/**
 * The study as it stood after any number of events from 1 on: what `foldStudy` says of that beginning of the
 * log, without folding all of it each time. Throws HistoryError where the log is no study.
 */
export function standingsOf(events: readonly StudyEvent[]): (position: number) => Study {
  /** After 0, 64, 128, ... events. */
  const kept: (Study | null)[] = [null];
  let now: { readonly position: number; readonly study: Study | null } = {
    position: 0,
    study: null,
  };
  return (asked) => {
    const position = Math.min(Math.max(1, Math.floor(asked)), events.length);
    const known = Math.min(Math.floor(position / CHECKPOINT), kept.length - 1);
    let { position: at, study } = now;
    // From where it stands, unless that is further on or a checkpoint is nearer.
    if (at > position || at < known * CHECKPOINT) {
      at = known * CHECKPOINT;
      study = kept[known]!;
    }
    while (at < position) {
      study = applyEvent(study, events[at]!);
      at++;
      if (at === kept.length * CHECKPOINT) kept.push(study);
    }
    now = { position: at, study };
    return study!;
  };
}
