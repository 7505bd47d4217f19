import { expect, it } from 'vitest';
import { HistoryError } from '../../../src/agent/history/errors';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import { historyOrMemory } from '../../../src/app/lab/kept-history';
import { created } from '../../agent/fixtures';

it('keeps studies where the browser does', async () => {
  const kept = createMemoryHistory();
  const losses: string[] = [];
  const history = historyOrMemory(kept, (reason) => losses.push(reason));
  await history.append('study-a', created('study-a'), 0);
  expect(await kept.events('study-a')).toHaveLength(1);
  expect(losses).toEqual([]);
});

it('goes on in memory where the browser keeps nothing, and says so once', async () => {
  const refuse = async () => {
    throw new HistoryError('storage is switched off');
  };
  const broken = { append: refuse, events: refuse, studies: refuse, remove: refuse };
  const losses: string[] = [];
  const history = historyOrMemory(broken, (reason) => losses.push(reason));
  expect(await history.studies()).toEqual([]);
  await history.append('study-a', created('study-a'), 0);
  expect(await history.events('study-a')).toHaveLength(1);
  expect(await history.studies()).toHaveLength(1);
  await history.remove('study-a');
  expect(await history.studies()).toEqual([]);
  expect(losses).toEqual(['storage is switched off']);
});
