import type { History } from '../../../study';

/**
 * Where the work in hand of researchers is kept beside the history, so that a reload goes on with it: one JSON
 * text for each name in a study, of a member's work or of what the study cost. No key is ever in it.
 */
export interface DeskStore {
  /** Null where nothing is kept. */
  load(study: string, name: string): Promise<string | null>;
  /** On the disk when its promise resolves; what was there before stays whole until then. */
  save(study: string, name: string, json: string): Promise<void>;
  /** Of one name, or of the whole study. */
  remove(study: string, name?: string): Promise<void>;
}

/** A history whose studies take their desks with them when they are removed. */
export function withDesks(history: History, desks: DeskStore): History {
  return {
    append: (...given) => history.append(...given),
    events: (study) => history.events(study),
    studies: () => history.studies(),
    async remove(study) {
      await history.remove(study);
      // Where the browser keeps nothing there is nothing to remove.
      await desks.remove(study).catch(() => {});
    },
  };
}
