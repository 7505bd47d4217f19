import { describe, expect, it } from 'vitest';
import { oneAtATime } from '../../../src/agent/loop/one-at-a-time';
import type { TrialRunner } from '../../../src/agent/study';
import type { TrialRequest } from '../../../src/model/harness/trial';
import { fakeInspection, fakeResult, scoring } from './world';

const nobody = new AbortController().signal;
const request = (id: string): TrialRequest => ({ id, program: scoring(3), seed: 1 });

/** A device whose trials end when a test says so; it knows when two of them overlap. */
function deviceOf() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  let training = 0;
  let most = 0;
  const runner: TrialRunner = {
    inspect: async (program) => fakeInspection(program),
    run: async (asked, _, signal) => {
      begun.push(asked.id);
      most = Math.max(most, ++training);
      await new Promise<void>((resolve, reject) => {
        ends.push(resolve);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      }).finally(() => training--);
      return fakeResult(asked);
    },
  };
  const next = async () => {
    ends.shift()!();
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  return { shared: oneAtATime(runner), begun, next, most: () => most };
}

describe('a device that is shared', () => {
  it('trains one program at a time: in turn, but the loop goes first', async () => {
    const { shared, begun, next, most } = deviceOf();
    const work = [
      shared.run(request('probe 1'), () => {}, nobody),
      shared.run(request('probe 2'), () => {}, nobody),
      shared.alone(async () => void begun.push('diagnostics'), nobody),
      shared.loop.run(request('trial 1'), () => {}, nobody),
      shared.loop.run(request('trial 2'), () => {}, nobody),
    ];
    for (let i = 0; i < 4; i++) await next();
    await Promise.all(work);
    expect(begun).toEqual(['probe 1', 'trial 1', 'trial 2', 'probe 2', 'diagnostics']);
    expect(most()).toBe(1);
  });

  it('keeps no inspection waiting', async () => {
    const { shared, next } = deviceOf();
    const trial = shared.loop.run(request('trial'), () => {}, nobody);
    expect(await shared.loop.inspect(scoring(3), nobody)).toMatchObject({ status: 'ok' });
    await next();
    await trial;
  });

  it('leaves the line on an abort, and goes on after trouble', async () => {
    const { shared, begun, next } = deviceOf();
    const abort = new AbortController();
    const first = shared.run(request('first'), () => {}, abort.signal);
    const gone = shared.run(request('gone'), () => {}, abort.signal);
    const last = shared.run(request('last'), () => {}, nobody);
    abort.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    await expect(gone).rejects.toThrow('enough');
    await expect(shared.run(request('late'), () => {}, abort.signal)).rejects.toThrow('enough');
    await next();
    await next();
    expect(await last).toMatchObject({ status: 'finished' });
    expect(begun).toEqual(['first', 'last']);
  });
});
