import { expect, it } from 'vitest';
import { createMemoryHistory } from '../../../../src/agent/history/memory';
import { createMemoryDesks } from '../../../../src/agent/researchers/claude/desks/memory';
import type { DeskStore } from '../../../../src/agent/researchers/claude/desks/store';
import type { History } from '../../../../src/agent/study';
import { PASSING_FAULTS } from '../../../standin/every-fault';
import { faults } from '../../../standin/faults';
import { call, say } from '../../../standin/reply';
import { STAND_IN_KEY, type StandIn } from '../../../standin/server';
import { editing, type Play, type Played, play, standInOf } from './lab';

const first = editing as Extract<typeof editing, (...args: never[]) => unknown>;

/** The disk of a machine whose power goes at the n-th write of a desk, before it or just after. */
function dying(at: number, when: 'before' | 'after') {
  const desks = createMemoryDesks();
  const history = createMemoryHistory();
  let dead!: () => void;
  const died = new Promise<'died'>((resolve) => {
    dead = () => resolve('died');
  });
  let writes = 0;
  let over = false;
  const hang = () => new Promise<never>(() => {});
  const store: DeskStore = {
    load: desks.load,
    remove: desks.remove,
    async save(study, name, json) {
      if (over) return hang();
      const last = name !== 'meter' && ++writes === at;
      if (!last || when === 'after') await desks.save(study, name, json);
      if (!last) return;
      over = true;
      dead();
      return hang();
    },
  };
  // Nothing of the dead process reaches the history either.
  const log: History = {
    ...history,
    append: (...given) => (over ? hang() : history.append(...given)),
  };
  return { store, log, died, desks, history };
}

const outcome = ({ study, log }: Played) => ({
  experiments: study.experiments.map(({ title, program, verdict }) => ({
    title,
    program,
    decision: verdict?.decision,
  })),
  types: log.map(({ type }) => type).filter((type) => type !== 'study-resumed'),
});

const replies = ({ requests }: StandIn) => requests.flatMap((each) => each.conversation ?? []);

const one: Play = { model: 'claude-sonnet-5-5' };
const oneConversation = () =>
  standInOf({ script: (request) => first({ ...request, conversation: 1 }) });

const WRITES = 12;
const CUTS = Array.from({ length: WRITES }, (_, i) => i + 1).flatMap((at) =>
  (['before', 'after'] as const).map((when) => [when, at] as const),
);

it('a process that dies at any write goes on in the same conversation, to the same history', async () => {
  const whole = outcome(await play(await oneConversation(), one));
  let cuts = 0;
  // A first reply that was never written down is a conversation that nobody knows of.
  for (const [when, at] of CUTS) {
    const standIn = await oneConversation();
    const disk = dying(at, when);
    const run = play(standIn, { ...one, history: disk.log, store: disk.store });
    if ((await Promise.race([run, disk.died])) !== 'died') continue;
    cuts++;
    const second = await play(standIn, { ...one, history: disk.history, store: disk.desks });
    expect(outcome(second), `${when} write ${at}`).toEqual(whole);
    expect(standIn.violations).toEqual([]);
    expect(standIn.scriptErrors).toEqual([]);
    const asked = replies(standIn);
    const unknown = when === 'before' && at === 1;
    expect(new Set(asked)).toEqual(new Set(unknown ? [1, 2] : [1]));
    // A reply that was kept is never asked for again.
    const lost = when === 'before' && at % 2 === 1 ? 1 : 0;
    expect(asked, `${when} write ${at}`).toHaveLength(6 + lost);
    // The meter goes on: it counts the replies of both.
    expect(second.meter.spent.requests).toBeGreaterThanOrEqual(6);
  }
  // One write after each of six replies, and one after each of six answers.
  expect(cuts).toBe(2 * WRITES);
});

it('holds the key in no desk, even where somebody wrote it into the conversation', async () => {
  const desks = createMemoryDesks();
  const texts: string[] = [];
  const store: DeskStore = {
    ...desks,
    save: (study, name, json) => {
      texts.push(json);
      return desks.save(study, name, json);
    },
  };
  const standIn = await standInOf({
    script: ({ turn }) =>
      turn === 0
        ? [say(`the key is ${STAND_IN_KEY}`), call('read_program', {})]
        : [
            call('write_file', { file: 'model.ts', content: 'export const bpb = 2.9;' }),
            call('propose', { title: 'a', hypothesis: 'b', kind: 'c' }),
          ],
  });
  const { study } = await play(standIn, { store });
  expect(study.experiments).toHaveLength(2);
  expect(texts.some((text) => text.includes('[key]'))).toBe(true);
  expect(texts.join()).not.toContain(STAND_IN_KEY);
});

/** Leaves a study in mid-conversation, with what was kept of it. */
async function interrupted(more: Play = {}) {
  const disk = dying(5, 'after');
  const standIn = await oneConversation();
  const run = play(standIn, { ...one, ...more, history: disk.log, store: disk.store });
  expect(await Promise.race([run, disk.died])).toBe('died');
  return { disk, standIn, again: { history: disk.history, store: disk.desks } };
}

it.each([
  ['no JSON', () => 'oh no'],
  ['of another shape', () => '{"version":"1","heard":[],"work":{"turns":3}}'],
  ['of another version', (json: string) => json.replace('"version":"1"', '"version":"9"')],
  [
    'without its first turn',
    (json: string) => {
      const kept = JSON.parse(json);
      kept.work.turns.shift();
      return JSON.stringify(kept);
    },
  ],
])('begins anew where what was kept is %s', async (_, broken) => {
  const { disk, standIn, again } = await interrupted();
  const json = (await disk.desks.load('study-1', 'claude-1'))!;
  await disk.desks.save('study-1', 'claude-1', broken(json));
  const { study, told } = await play(standIn, { ...one, ...again });
  expect(study.experiments[1]).toMatchObject({ title: 'bpb 2.9', verdict: { decision: 'keep' } });
  expect(told.filter(({ type }) => type === 'began-anew')).toHaveLength(1);
  expect(standIn.violations).toEqual([]);
});

it('begins anew once where the API does not take what was kept', async () => {
  const { standIn, again } = await interrupted();
  const message = 'thinking blocks in the latest assistant message cannot be modified';
  standIn.faults.add({ kind: 'status', status: 400, message });
  const { study, told } = await play(standIn, { ...one, ...again });
  const anew = told.filter(({ type }) => type === 'began-anew');
  expect(anew).toHaveLength(1);
  expect(JSON.stringify(anew)).toContain('cannot be modified');
  expect(study.experiments[1]?.title).toBe('bpb 2.9');
});

it.each(Object.entries(PASSING_FAULTS))(
  '%s at the first request after a reload leads to the same history',
  async (_, fault) => {
    const whole = outcome(await play(await oneConversation(), one));
    const { standIn, again } = await interrupted();
    standIn.faults.add(fault);
    const stall = fault.kind === 'stall' ? { stallMilliseconds: 150 } : {};
    const second = await play(standIn, { ...one, ...again, ...stall });
    expect(outcome(second)).toEqual(whole);
    expect(standIn.faults.waiting).toBe(0);
    expect(new Set(replies(standIn))).toEqual(new Set([1]));
  },
);

it('begins anew where the model is another', async () => {
  const { standIn, again } = await interrupted();
  const { study, told } = await play(standIn, { ...again, model: 'claude-opus-5-5' });
  expect(JSON.stringify(told.find(({ type }) => type === 'began-anew'))).toContain(
    'held with claude-sonnet-5-5',
  );
  expect(study.experiments[1]?.title).toBe('bpb 2.9');
  expect(standIn.violations).toEqual([]);
});

it('goes on without a store that fails, and says so once', async () => {
  const standIn = await oneConversation();
  const store: DeskStore = {
    load: () => Promise.reject(new Error('no room')),
    save: () => Promise.reject(new Error('no room')),
    remove: () => Promise.reject(new Error('no room')),
  };
  const { study, told } = await play(standIn, { ...one, store });
  expect(study.experiments).toHaveLength(2);
  const saved = told.flatMap((event) => (event.type === 'not-kept' ? [event.reason] : []));
  expect(saved.filter((reason) => reason === 'no room')).toHaveLength(1);
  expect(saved.filter((reason) => reason.includes('counted from nothing'))).toHaveLength(1);
});

it('caps on money and hours hold over a reload', async () => {
  const { standIn, again, disk } = await interrupted();
  const kept = JSON.parse((await disk.desks.load('study-1', 'meter'))!);
  expect(kept.requests).toBeGreaterThan(1);
  const { dollars } = kept.models[0];
  const broke = await play(standIn, { ...one, ...again, caps: { dollars } });
  expect(broke.study.ending).toContain(`cap of $${dollars} is reached`);
  expect(replies(standIn)).toHaveLength(3);

  await disk.desks.save(
    'study-1',
    'meter',
    JSON.stringify({ ...kept, milliseconds: 2 * 3_600_000 }),
  );
  const late = await play(standIn, { ...one, ...again, caps: { hours: 2 } });
  expect(late.study.ending).toContain('cap of 2 hours is reached');
  const rich = await play(standIn, { ...one, ...again, caps: { dollars: 5, hours: 3 } });
  expect(rich.study.experiments[1]?.verdict?.decision).toBe('keep');
  expect(rich.meter.hours).toBeGreaterThanOrEqual(2);
});

it('an abort in mid-reply or between tools leaves the conversation to go on with', async () => {
  for (const type of ['asking', 'tool-called', 'waiting'] as const) {
    const standIn = await oneConversation();
    if (type === 'waiting') standIn.faults.add(faults.rateLimited(3600), { at: 3 });
    const stop = new AbortController();
    const history = createMemoryHistory();
    const store = createMemoryDesks();
    let left = type === 'waiting' ? 1 : 3;
    const cut = await play(standIn, {
      ...one,
      history,
      store,
      signal: stop.signal,
      tell: (event) => {
        if (event.type === type && --left === 0) stop.abort();
      },
    });
    expect(cut.study.status).toBe('stopped');
    expect(cut.study.experiments).toHaveLength(1);
    const { study } = await play(standIn, { ...one, history, store });
    expect(study.experiments[1]).toMatchObject({ title: 'bpb 2.9' });
    expect(standIn.violations).toEqual([]);
    expect(new Set(replies(standIn))).toEqual(new Set([1]));
  }
});
