import { describe, expect, it } from 'vitest';
import { foldStudy } from '../../../src/agent/history/fold';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import type { Study } from '../../../src/agent/study';
import { crashing, dyingHistory, FakeRunner, fakeResult, run, scoring } from './world';

/** A study with a keep, a discard, a crash, a near miss and a disturbed trial in it. */
const PROGRAMS = [scoring(2.9), scoring(3.2), crashing, scoring(2.899), scoring(2.8)];

function world() {
  const runner = new FakeRunner((request) =>
    /^study-1\.2\.\d+$/.test(request.id)
      ? { status: 'void', reason: 'hidden' }
      : fakeResult(request),
  );
  return { runner, programs: PROGRAMS };
}

const withoutTimes = (study: Study) =>
  study.experiments.map(({ startedAt, endedAt, ...experiment }) => experiment);

describe('a study that is killed', () => {
  it.each(['before', 'after'] as const)(
    '%s any append resumes to the same verdicts',
    async (when) => {
      const whole = world();
      const history = createMemoryHistory();
      const undisturbed = await run({ ...whole, history });
      const appends = (await history.events('study-1')).length;
      expect(new Set(undisturbed.experiments.map((e) => e.verdict!.decision)).size).toBe(4);
      expect(appends).toBeGreaterThan(40);

      for (let n = 1; n <= appends; n++) {
        const history = createMemoryHistory();
        const { runner, programs } = world();
        await expect(
          run({ runner, programs, history: dyingHistory(history, n, when) }),
        ).rejects.toThrow('killed');
        const atDeath = await history.events('study-1');
        if (atDeath.length === 0) continue; // killed before it existed: nothing to resume
        const lost = foldStudy(atDeath).inFlight;
        const study = await run({ runner, programs, history, study: 'study-1' });
        expect(withoutTimes(study)).toEqual(withoutTimes(undisturbed));
        expect(study.incumbent).toBe(undisturbed.incumbent);

        // No trial whose end was written ran again; the one in flight, if any, ran once more.
        const runs = new Map<string, number>();
        for (const id of runner.ended) runs.set(id, (runs.get(id) ?? 0) + 1);
        for (const [id, count] of runs)
          expect(count).toBeLessThanOrEqual(id === lost?.trial ? 2 : 1);
        const finished = atDeath.flatMap((e) => (e.type === 'trial-ended' ? [e.trial] : []));
        for (const id of finished) expect(runs.get(id)).toBe(1);
      }
    },
  );

  it('survives being killed again and again', async () => {
    const undisturbed = await run(world());
    const history = createMemoryHistory();
    const { runner, programs } = world();
    const device = { runner, programs };
    await expect(run({ ...device, history: dyingHistory(history, 2, 'after') })).rejects.toThrow();
    for (let kills = 0; ; kills++) {
      expect(kills).toBeLessThan(100);
      const dying = dyingHistory(history, 3, kills % 2 === 0 ? 'before' : 'after');
      const study = await run({ ...device, history: dying, study: 'study-1' }).catch(() => null);
      if (study?.status !== 'finished') continue;
      expect(withoutTimes(study)).toEqual(withoutTimes(undisturbed));
      expect(kills).toBeGreaterThan(10);
      break;
    }
  });
});
