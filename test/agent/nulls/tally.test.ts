import { describe, expect, it } from 'vitest';
import { clopperPearson } from '../../../src/agent/nulls/interval';
import {
  simulatedProgram,
  simulatedResearcher,
  simulatedRunner,
} from '../../../src/agent/nulls/simulate';
import { runNullStudies } from '../../../src/agent/nulls/studies';
import { tallyOf } from '../../../src/agent/nulls/tally';
import { finished, TASK } from '../fixtures';

describe('the exact interval of a rate', () => {
  it.each([
    // Known values: 3 / n is the upper end of nothing seen, roughly; the others from published tables.
    [0, 300, 0, 0.0122],
    [0, 10, 0, 0.3085],
    [1, 10, 0.0025, 0.445],
    [5, 10, 0.1871, 0.8129],
    [10, 10, 0.6915, 1],
  ])('%d of %d', (hits, trials, low, high) => {
    const [from, to] = clopperPearson(hits, trials);
    expect(from).toBeCloseTo(low, 4);
    expect(to).toBeCloseTo(high, 3);
  });
});

const options = (noise: { shared: number; own: number }, candidates: number) => ({
  candidates,
  perStudy: 40,
  name: 'test',
  study: { task: TASK, taskId: 'x', baseline: simulatedProgram(0) },
  device: 'simulated',
  researcher: simulatedResearcher(),
  runner: (study: string) => simulatedRunner(study, noise),
});

describe('studies of null candidates', () => {
  it('are counted by kind, and the naive rule keeps about half', { timeout: 60_000 }, async () => {
    const studies = await runNullStudies(options({ shared: 0.02, own: 0.01 }, 100));
    expect(studies.map(({ experiments }) => experiments.length - 1)).toEqual([40, 40, 20]);
    const tally = tallyOf(studies);
    expect(tally.candidates).toBe(100);
    expect(tally.notCounted).toEqual([]);
    expect([...tally.kinds.values()].reduce((sum, { candidates }) => sum + candidates, 0)).toBe(
      100,
    );
    expect(tally.naive).toBeGreaterThan(30);
    expect(tally.naive).toBeLessThan(70);
    expect(tally.naiveLoop).toBeGreaterThan(3);
    expect(tally.naiveLoop).toBeLessThan(30);
    expect(tally.kept).toBeLessThanOrEqual(3);
    expect(tally.trials).toBeGreaterThanOrEqual(100);
    expect(tally.allTrials).toBeGreaterThan(tally.trials);
  });

  it('a real gain is kept, and told from a null by nothing but its score', async () => {
    const runner = (study: string) => {
      const simulated = simulatedRunner(study, { shared: 0.02, own: 0.001 });
      return {
        ...simulated,
        run: async (...args: Parameters<typeof simulated.run>) => {
          const result = await simulated.run(...args);
          const better = args[0].program.model.includes('= 2;') && result.status === 'finished';
          return better
            ? {
                ...result,
                summary: { ...result.summary, valBpb: result.summary.valBpb - 0.2 },
              }
            : result;
        },
      };
    };
    const tally = tallyOf(
      await runNullStudies({ ...options({ shared: 0, own: 0 }, 3), runner, perStudy: 3 }),
    );
    expect(tally.kept).toBe(1);
    expect(tally.kinds.get('paired')?.kept).toBe(1);
  });

  it('count a null that its curve ended early, which then won nothing', async () => {
    const stopped = {
      status: 'stopped',
      progress: 0.7,
      gap: 0.04,
      reason: 'stopped at 70% of its budget',
      curve: [],
    } as const;
    const runner = (study: string) => {
      const simulated = simulatedRunner(study, { shared: 0.1, own: 0.1 });
      return {
        ...simulated,
        run: async (...args: Parameters<typeof simulated.run>) =>
          args[0].program.model === simulatedProgram(0).model ? simulated.run(...args) : stopped,
      };
    };
    const tally = tallyOf(
      await runNullStudies({ ...options({ shared: 0, own: 0 }, 2), runner, perStudy: 2 }),
    );
    expect(tally).toMatchObject({ candidates: 2, kept: 0, naive: 0, naiveLoop: 0, notCounted: [] });
  });

  it('leave out what computes the same', async () => {
    const runner = (study: string) => ({
      ...simulatedRunner(study, { shared: 0.1, own: 0.1 }),
      inspect: async () => ({ status: 'void', reason: 'not here' }) as const,
      run: async () => finished(3, 'one graph'),
    });
    const tally = tallyOf(
      await runNullStudies({ ...options({ shared: 0, own: 0 }, 2), runner, perStudy: 2 }),
    );
    expect(tally.candidates).toBe(0);
    expect(tally.notCounted).toHaveLength(2);
    expect(tally.notCounted[0]).toContain('the same graphs');
  });
});
