import { describe, expect, it } from 'vitest';
import { HistoryError } from '../../../src/agent/history/errors';
import { foldStudy, incumbentOf } from '../../../src/agent/history/fold';
import type { StudyEvent } from '../../../src/agent/study';
import { created, finished, proposal, verdict, wholeLog } from '../fixtures';

describe('foldStudy', () => {
  it('folds a whole log', () => {
    const study = foldStudy(wholeLog());
    expect(study).toMatchObject({
      id: 'study-a',
      incumbent: '0',
      status: 'finished',
      inFlight: null,
    });
    expect(study.ending).toBe('nothing left to try');
    expect(study.experiments.map((e) => [e.number, e.trials.length, e.verdict?.decision])).toEqual([
      [0, 1, 'keep'],
      [1, 2, 'crash'],
    ]);
    expect(study.experiments[1]).toMatchObject({ startedAt: 8, endedAt: 15, parent: '0' });
    expect(study.refusals).toEqual([]);
    expect(incumbentOf(study)?.number).toBe(0);
  });

  it('remembers what people wrote, and a note wakes no study', () => {
    const study = foldStudy(wholeLog());
    expect(study.brief).toBe('# Brief\n\nPrefer small steps.');
    expect(study.insights).toEqual([
      { text: 'Small steps are safe.', experiments: ['0', '1'], author: 'human' },
    ]);
    expect(study.directions).toEqual([
      { id: 'd1', text: 'Warm-up.', author: 'human', pinned: true },
    ]);
    const note = {
      type: 'insight',
      at: 30,
      text: 'x',
      experiments: ['9'],
      author: 'human',
    } as const;
    expect(() => foldStudy([...wholeLog(), note])).toThrow(/no experiment 9/);
    const after = foldStudy([...wholeLog(), { type: 'brief-set', at: 30, text: 'new' }]);
    expect(after).toMatchObject({ brief: 'new', status: 'finished' });
    expect(foldStudy([created()])).toMatchObject({ brief: '', insights: [] });
    expect(foldStudy([{ ...created(), brief: 'first' } as StudyEvent]).brief).toBe('first');
  });

  it('accepts a log that was cut anywhere', () => {
    const log = wholeLog();
    for (let length = 1; length <= log.length; length++) {
      const study = foldStudy(log.slice(0, length));
      const last = log[length - 1]!;
      expect(study.inFlight !== null).toBe(last.type === 'trial-started');
      expect(study.status === 'running').toBe(
        last.type !== 'study-stopped' && last.type !== 'study-finished',
      );
      expect(study.refusals.length).toBe(last.type === 'proposal-refused' ? 1 : 0);
    }
  });

  it('moves the incumbent on a keep alone', () => {
    const log = [
      ...wholeLog(),
      { type: 'experiment-proposed', at: 20, experiment: '2', proposal: proposal() } as const,
    ];
    const decided = (decision: 'keep' | 'discard' | 'inconclusive') =>
      foldStudy([
        ...log,
        { type: 'verdict', at: 21, experiment: '2', verdict: verdict({ decision }) },
      ]).incumbent;
    expect([decided('keep'), decided('discard'), decided('inconclusive')]).toEqual(['2', '0', '0']);
  });

  it('lets the first of two results of one trial stand', () => {
    const ended = { type: 'trial-ended', at: 4, experiment: '0', trial: 'a', seed: 5 } as const;
    const log = [...wholeLog().slice(0, 4), { ...ended, result: finished(9) }];
    expect(foldStudy(log).experiments[0]!.trials).toEqual([
      { id: 'a', seed: 5, result: finished(2.5) },
    ]);
  });

  it('refuses a log that makes no sense, saying why', () => {
    const [first, second, third] = wholeLog();
    expect(() => foldStudy([])).toThrow(/no such study/);
    expect(() => foldStudy([second!])).toThrow(/must begin with study-created/);
    expect(() => foldStudy([first!, created()])).toThrow(/a second time/);
    expect(() => foldStudy([first!, third!])).toThrow(HistoryError);
    expect(() => foldStudy([first!, second!, second!])).toThrow(
      /experiment 0 is proposed a second/,
    );
  });
});
