import { expect, it } from 'vitest';
import { browserTabLock } from '../../../src/app/lab/tab-lock';

/** Web Locks of one name, first come, first served. */
function fakeLocks(): LockManager {
  let last: Promise<unknown> = Promise.resolve();
  return {
    request: (_name: string, _options: unknown, job: () => Promise<unknown>) => {
      const turn = last.then(job);
      last = turn.catch(() => {});
      return turn;
    },
    query: async () => ({}),
  } as unknown as LockManager;
}

const nobody = new AbortController().signal;
const quiet = () => {};

it('lets one tab train after the other', async () => {
  const locks = fakeLocks();
  const order: string[] = [];
  let finish = () => {};
  const training = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const first = browserTabLock(locks).hold(nobody, quiet, () => {
    order.push('first');
    return training;
  });
  const second = browserTabLock(locks).hold(nobody, quiet, async () => order.push('second'));
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(order).toEqual(['first']);
  finish();
  await first;
  expect(await second).toBe(2);
  expect(order).toEqual(['first', 'second']);
});

it('holds nothing where the browser has no locks', async () => {
  expect(await browserTabLock(undefined).hold(nobody, quiet, async () => 1)).toBe(1);
});
