import { describe, expect, it } from 'vitest';
import { runFollowUp } from '../../../src/agent/followups/run';
import type { createMemoryHistory } from '../../../src/agent/history/memory';
import { follow } from '../../../src/app/lab/following';
import { finishedStudy, sealedResult } from '../../agent/followups/world';
import { FakeRunner } from '../../agent/loop/world';
import { FACTS } from '../fake-lab';

const order = (history: ReturnType<typeof createMemoryHistory>, runner: FakeRunner) => ({
  study: 'study-1',
  kind: 'transfer' as const,
  device: 'cpu',
  history,
  facts: { ...FACTS, floors: { validation: 1, test: 1.1 } },
  runner,
  bench: Object.assign(runner, { lastWasHidden: false }) as never,
  signal: new AbortController().signal,
});

describe('a follow-up in the page', () => {
  it('runs to its end, with the floors of the task', async () => {
    const { history } = await finishedStudy();
    expect(await follow(runFollowUp, order(history, new FakeRunner(sealedResult)))).toBeNull();
    const [started] = (await history.events('study-1')).filter(
      ({ type }) => type === 'follow-up-started',
    );
    expect(started).toMatchObject({ plan: { entropy: { validation: 1, test: 1.1 } } });
  });

  it('goes on after a tab that came and went, and says what else paused it', async () => {
    const { history } = await finishedStudy();
    let hidden = 0;
    const bench = { lastWasHidden: true };
    const runner = new FakeRunner((request) => {
      hidden++;
      bench.lastWasHidden = hidden < 7;
      return hidden < 7 ? { status: 'void', reason: 'hidden' } : sealedResult(request);
    });
    const asked = order(history, runner);
    const tab = Object.defineProperty(runner, 'lastWasHidden', { get: () => bench.lastWasHidden });
    expect(await follow(runFollowUp, { ...asked, bench: tab as never })).toBeNull();

    const lost = new FakeRunner(() => ({ status: 'void', reason: 'a lost device' }));
    const said = await follow(runFollowUp, { ...order(history, lost), kind: 'replication' });
    expect(said).toMatch(/paused: .*a lost device/);
  });
});
