import { expect, it } from 'vitest';
import type { Proposal, Researcher } from '../../../src/agent/study';
import { HumanQueue } from '../../../src/app/lab/human-queue';
import { proposal } from '../../agent/fixtures';
import { studyOf } from '../../agent/studies';

const study = studyOf([]);
const nobody = new AbortController().signal;
const edit = {
  hypothesis: 'I believe so.',
  program: { model: 'export const a = 2;', optimizer: 'export {};' },
  parent: '0',
};

/** A researcher that thinks until it is told what to say, or to stop. */
function thinking() {
  let say: (proposal: Proposal | null) => void = () => {};
  let asked = 0;
  const researcher: Researcher = {
    name: 'claude',
    propose: (_study, signal) => {
      asked++;
      return new Promise((resolve, reject) => {
        say = resolve;
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    },
  };
  return { researcher, say: (what: Proposal | null) => say(what), asked: () => asked };
}

it("keeps no person waiting for another's thought", async () => {
  const shown: number[] = [];
  const queue = new HumanQueue((edits) => shown.push(edits.length));
  const { researcher, asked } = thinking();
  const both = queue.before(researcher);
  const next = both.propose(study, nobody);
  queue.add(edit);
  expect(await next).toMatchObject({ researcher: 'human', hypothesis: 'I believe so.' });
  expect(asked()).toBe(1);
  expect(shown).toEqual([1, 0]);
});

it('loses neither where both come at once', async () => {
  const queue = new HumanQueue(() => {});
  const { researcher, say } = thinking();
  const both = queue.before(researcher);
  const next = both.propose(study, nobody);
  say(proposal({ title: 'of the other' }));
  queue.add(edit);
  expect(await next).toMatchObject({ title: 'of the other' });
  expect(await both.propose(study, nobody)).toMatchObject({ researcher: 'human' });
});

it('hands on an abort, what the loop tells, and how long its end may wait', async () => {
  const queue = new HumanQueue(() => {});
  const seen: unknown[] = [];
  const { researcher } = thinking();
  const both = queue.before({
    ...researcher,
    observe: (...told) => void seen.push(told),
    conclude: async (signal) => void seen.push(signal),
  });
  const stop = new AbortController();
  const next = both.propose(study, stop.signal);
  stop.abort(new Error('enough'));
  await expect(next).rejects.toThrow('enough');
  const loop = {
    signal: nobody,
    inspect: async () => ({ status: 'void', reason: '' }) as const,
    left: 3,
  };
  both.observe!(study, loop);
  await both.conclude!(nobody);
  expect(seen).toEqual([[study, loop], nobody]);
});
