import { createMemoryHistory } from '../../agent/history/memory';
import type { History } from '../../agent/study';

/**
 * A history that falls back to memory where the browser keeps nothing (private windows, a full disk), so
 * that the lab runs all the same. `onLoss` is told why; it is called at most once, and only before
 * anything was written.
 */
export function historyOrMemory(kept: History, onLoss: (reason: string) => void): History {
  let history: Promise<History> | null = null;
  const choose = () => {
    history ??= kept.studies().then(
      () => kept,
      (error: unknown) => {
        onLoss(error instanceof Error ? error.message : String(error));
        return createMemoryHistory();
      },
    );
    return history;
  };
  return {
    append: async (...given) => (await choose()).append(...given),
    events: async (study) => (await choose()).events(study),
    studies: async () => (await choose()).studies(),
    remove: async (study) => (await choose()).remove(study),
  };
}
