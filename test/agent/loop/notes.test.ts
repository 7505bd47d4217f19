import { describe, expect, it } from 'vitest';
import { HistoryError } from '../../../src/agent/history/errors';
import { foldStudy } from '../../../src/agent/history/fold';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import { checkedNote, writeNote } from '../../../src/agent/loop/notes';
import type { Note } from '../../../src/agent/study';
import { TASK, wholeLog } from '../fixtures';
import { run, scoring } from './world';

const insight = (text: string, experiments: string[] = []): Note => ({
  type: 'insight',
  text,
  experiments,
  author: 'human',
});

describe('notes', () => {
  it('reach the log of a running study one by one, wherever the loop stands', async () => {
    const history = createMemoryHistory();
    const written: Promise<void>[] = [];
    let write: ((note: Note) => Promise<void>) | undefined;
    const study = await run({
      history,
      programs: [scoring(2.9), scoring(3.2)],
      onOpen: (writer) => {
        write = writer;
      },
      onTrialEvent: ({ trial }) => {
        written.push(write!(insight(`during ${trial}`, ['0'])));
        written.push(write!({ type: 'brief-set', text: `brief of ${trial}` }));
      },
    });
    await Promise.all(written);
    const trials = study.experiments.flatMap((experiment) => experiment.trials);
    expect(study.insights.map(({ text }) => text)).toEqual(
      (await history.events('study-1')).flatMap((event) =>
        event.type === 'trial-started' ? [`during ${event.trial}`] : [],
      ),
    );
    expect(study.insights.length).toBe(trials.length);
    expect(study.brief).toMatch(/^brief of study-1\.2\./);
    expect(foldStudy(await history.events('study-1'))).toEqual(study);
  });

  it('that make no sense are refused, and the loop goes on', async () => {
    const refused: unknown[] = [];
    const study = await run({
      programs: [scoring(2.9)],
      onOpen: (write) => {
        for (const note of [
          insight('rests on nothing', ['7']),
          { type: 'study-finished', reason: 'no' } as unknown as Note,
        ])
          void write(note).catch((error) => refused.push(error));
      },
    });
    expect(refused.map((error) => (error as Error).message)).toEqual([
      expect.stringContaining('no experiment 7'),
      'study-finished is no note: the loop alone writes it',
    ]);
    expect(study).toMatchObject({ insights: [], status: 'finished' });
    expect(study.experiments.length).toBe(2);
  });

  it('are written directly where no loop runs', async () => {
    const history = createMemoryHistory();
    for (const event of wholeLog()) await history.append('study-a', event);
    const study = foldStudy(wholeLog());
    await writeNote(history, study, insight('later', ['1']), 50);
    await expect(writeNote(history, study, insight('x'.repeat(10_001)))).rejects.toThrow(
      HistoryError,
    );
    expect((await history.events('study-a')).at(-1)).toEqual({
      ...insight('later', ['1']),
      at: 50,
    });
    expect(() => checkedNote(study, { type: 'brief-set', text: 7 } as never)).toThrow(
      'the note.text must be a string',
    );
  });

  it('begin with the brief that a new study is given', async () => {
    const asked = { id: 'study-1', task: TASK, taskId: 'abc', baseline: scoring(3) };
    const study = await run({ study: { ...asked, brief: 'No schedules.' } });
    expect(study.brief).toBe('No schedules.');
    expect((await run({ study: asked })).brief).toBe('');
  });
});
