import type { Clock } from '../../clock';
import { KeyGoneError, NoProposalError, RequestRefusedError, TooLongError } from './errors';
import type { Tell } from './events';
import { Trouble } from './trouble';

/** Replies in a row that could not be put together before this attempt at a proposal ends. */
const BROKEN = 8;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;
/** A service that is away for so long, in milliseconds, ends the attempt. */
export const PATIENCE = 6 * 3_600_000;

/**
 * Makes the call until it succeeds. Rate limits, overload, errors of the server and broken streams are waited
 * out, as long as the server asks or ever longer; each second of a wait is told. Throws KeyGoneError,
 * RequestRefusedError and TooLongError at once, NoProposalError when patience ends, and the signal's reason
 * as soon as it aborts.
 */
export async function retried<T>(
  call: () => Promise<T>,
  {
    clock,
    tell,
    signal,
  }: { readonly clock: Clock; readonly tell: Tell; readonly signal: AbortSignal },
): Promise<T> {
  const began = clock.now();
  let broken = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Trouble)) throw error;
      if (error.kind === 'key') throw new KeyGoneError(error.message);
      if (error.kind === 'refused') throw new RequestRefusedError(error.message);
      if (error.kind === 'too long') throw new TooLongError(error.message);
      if (error.kind === 'broken reply' && ++broken >= BROKEN) {
        throw new NoProposalError(`${BROKEN} replies in a row were broken; last: ${error.message}`);
      }
      const wait = waitOf(error, attempt, clock.random());
      if (clock.now() + wait - began > PATIENCE) {
        throw new NoProposalError(`the API was away for too long; last: ${error.message}`);
      }
      await waitVisibly(wait, error.message, clock, tell, signal);
    }
  }
}

/** What the server asked and a little more, so that not all come back at once; else from half of a doubling wait on. */
export function waitOf({ retryAfter }: Trouble, attempt: number, random: number): number {
  if (retryAfter !== null) return retryAfter + 1000 * random;
  const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
  return most * (0.5 + 0.5 * random);
}

async function waitVisibly(
  milliseconds: number,
  reason: string,
  clock: Clock,
  tell: Tell,
  signal: AbortSignal,
): Promise<void> {
  for (let left = milliseconds; left > 0; left -= 1000) {
    tell({ type: 'waiting', reason, secondsLeft: Math.ceil(left / 1000) });
    await clock.sleep(Math.min(1000, left), signal);
    signal.throwIfAborted();
  }
}
