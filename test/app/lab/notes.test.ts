import { expect, it } from 'vitest';
import { foldStudy } from '../../../src/agent/history/fold';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import type { Note, Study } from '../../../src/agent/study';
import { exportedFile } from '../../../src/app/lab/exports';
import { NoteDesk } from '../../../src/app/lab/note-desk';
import { wholeLog } from '../../agent/fixtures';
import { FACTS } from '../fake-lab';

const brief = (text: string): Note => ({ type: 'brief-set', text });

async function desk(busy: () => boolean) {
  const history = createMemoryHistory();
  for (const event of wholeLog()) await history.append('study-a', event);
  let shown: Study = foldStudy(await history.events('study-a'));
  const notes = new NoteDesk({
    history,
    study: () => shown,
    busy,
    show: (study) => {
      shown = study;
    },
  });
  return { history, notes, shown: () => shown };
}

it('writes a note directly while nothing runs, and shows it', async () => {
  const { notes, shown, history } = await desk(() => false);
  await notes.write(brief('new'));
  expect(shown().brief).toBe('new');
  expect((await history.events('study-a')).at(-1)).toMatchObject(brief('new'));
  await expect(notes.write(brief('x'.repeat(20_001)))).rejects.toThrow(/20000 are allowed/);
});

it('writes through the loop while it runs, and waits while something else does', async () => {
  let busy = true;
  const { notes, shown, history } = await desk(() => busy);
  const before = (await history.events('study-a')).length;
  const early = notes.write(brief('early'));
  const looped: Note[] = [];
  notes.attach(async (note) => void looped.push(note));
  await early;
  await notes.write(brief('during'));
  expect(looped).toEqual([brief('early'), brief('during')]);
  notes.detach();
  const late = notes.write(brief('late'));
  expect((await history.events('study-a')).length).toBe(before);
  busy = false;
  notes.rest();
  await late;
  expect(shown().brief).toBe('late');
});

it('has no place for a note without a study', async () => {
  const notes = new NoteDesk({
    history: createMemoryHistory(),
    study: () => null,
    busy: () => false,
    show: () => {},
  });
  await expect(notes.write(brief('x'))).rejects.toThrow(/no study/);
});

it('saves a report, with the entropy of its own task alone', async () => {
  const { history, shown } = await desk(() => false);
  const known = { ...FACTS, id: shown().taskId };
  const page = await exportedFile(shown(), history, 'html', known);
  expect(page).toMatchObject({ name: 'study-a.html', type: 'text/html' });
  expect(page.text).toContain('entropy 0.870');
  expect((await exportedFile(shown(), history, 'html', FACTS)).text).not.toContain('entropy 0.870');
  expect((await exportedFile(shown(), history, 'md', null)).text).toContain('## The brief');
  expect((await exportedFile(shown(), history, 'tsv', null)).name).toBe('study-a.tsv');
});
