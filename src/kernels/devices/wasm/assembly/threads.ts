// Words that the threads of a session share, far below any tensor; control.ts on the other side knows them too.
const ARRIVED: usize = 32768;
const PHASE: usize = 32832;
/** Whether thread 0 may sleep: the main thread of a page may not. */
const MAY_SLEEP: usize = 32896;

/**
 * Rounds of asking before a thread sleeps, from some microseconds to about a fifth of a millisecond. Waking up
 * costs tens of microseconds, and far more where the thread is put on the core of one that never sleeps; but
 * where other work has the core of the one that is waited for, asking only keeps it waiting.
 */
const FEWEST_SPINS: i32 = 2000;
const MOST_SPINS: i32 = 200000;
/** Of this thread: more where asking was enough, less where it was in vain. */
let spins: i32 = MOST_SPINS;

/** Returns once every one of `parts` threads has called it. What any wrote before, all see after. */
export function barrier(part: i32, parts: i32): void {
  if (!ASC_FEATURE_THREADS || parts == 1) return;
  const phase = atomic.load<i32>(PHASE);
  if (atomic.add<i32>(ARRIVED, 1) == parts - 1) {
    atomic.store<i32>(ARRIVED, 0);
    atomic.store<i32>(PHASE, phase + 1);
    atomic.notify(PHASE, parts);
    return;
  }
  const sleeps = part != 0 || load<i32>(MAY_SLEEP) != 0;
  for (let spin = 0; atomic.load<i32>(PHASE) == phase; spin++) {
    if (!sleeps || spin < spins) continue;
    while (atomic.load<i32>(PHASE) == phase) atomic.wait<i32>(PHASE, phase, -1);
    spins = max(FEWEST_SPINS, spins / 8);
    return;
  }
  spins = min(MOST_SPINS, spins * 2);
}
