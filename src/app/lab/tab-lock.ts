/** Keeps the tabs of one browser from training at the same time. */
export interface TabLock {
  /** Runs `job` once no other tab is in the way; `onWait` is told when that is not at once. */
  hold<T>(signal: AbortSignal, onWait: () => void, job: () => Promise<T>): Promise<T>;
}

const NAME = 'loopy-lab-trials';
/** A tab that was just reloaded may still hold the lock for a moment; that is not worth a word. */
const PATIENCE = 1500;

/** By the Web Locks API; where that is missing (a page without https), nothing is held. */
export function browserTabLock(locks: LockManager | undefined): TabLock {
  return {
    async hold(signal, onWait, job) {
      if (!locks) return job();
      const timer = setTimeout(onWait, PATIENCE);
      try {
        return await locks.request(NAME, { signal }, () => {
          clearTimeout(timer);
          return job();
        });
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
