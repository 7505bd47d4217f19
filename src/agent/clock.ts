import { sleep } from './loop/waiting';

/** Time and chance, so that tests decide both. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after that many milliseconds, or at once when aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** From 0 to 1: spreads the attempts of researchers who were turned away together. */
  random(): number;
}

export const REAL_CLOCK: Clock = { now: Date.now, sleep, random: Math.random };
