import { Violation } from '../errors.ts';
import { checkCacheControl, type Fields, given } from './shape.ts';
import type { Turn } from './turns.ts';

const MOST = 4;

/** At most four breakpoints, the long-lived before the short-lived, in the order tools, system, messages. */
export function checkBreakpoints(body: Fields, turns: Turn[]): void {
  const blocks = [
    ...((body.tools as Fields[] | undefined) ?? []),
    ...(Array.isArray(body.system) ? (body.system as Fields[]) : []),
    ...turns.flatMap((turn) => turn.blocks),
    ...(given(body.cache_control) ? [body] : []),
  ];
  const lives = blocks.flatMap((block) => {
    const life = checkCacheControl(block.cache_control, 'cache_control');
    return life ? [life] : [];
  });
  if (lives.length > MOST)
    throw new Violation(
      `A maximum of ${MOST} blocks with cache_control may be provided. Found ${lives.length}.`,
    );
  if (lives.lastIndexOf('1h') > lives.indexOf('5m') && lives.includes('5m'))
    throw new Violation(
      "cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block",
    );
}
