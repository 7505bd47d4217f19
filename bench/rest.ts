import { setTimeout as pause } from 'node:timers/promises';
import { cpuSeconds } from './processes';

/** Processor time is looked at so often, and told in steps of 10 ms. */
const WINDOW_MILLISECONDS = 50;
/** Busier than a fifth of one core in a window is not at rest. */
const RESTING_SECONDS = 0.01;
/** Who never rests is not waited for: whatever runs on is a part of what is measured then. */
const PATIENCE_MILLISECONDS = 2000;

/**
 * Resolves once this process and all it has started have come to rest: who has just been measured may go on
 * for a while (threads that ask for more work before they sleep, garbage that is collected), and would take
 * the processor from who comes next. Where the system does not tell, it waits for one window.
 */
export async function untilAtRest(
  busySeconds = () => cpuSeconds(process.pid),
  wait: (milliseconds: number) => Promise<unknown> = pause,
): Promise<void> {
  let before = busySeconds();
  for (let waited = 0; waited < PATIENCE_MILLISECONDS; waited += WINDOW_MILLISECONDS) {
    await wait(WINDOW_MILLISECONDS);
    const after = busySeconds();
    // In whole steps: differences of such sums are not exact.
    if (before === null || after === null || after - before < 1.5 * RESTING_SECONDS) return;
    before = after;
  }
}
