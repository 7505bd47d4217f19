import { expect, it } from 'vitest';
import { LASTING_FAULTS, PASSING_FAULTS } from '../../../standin/every-fault';
import { type Fault, faults } from '../../../standin/faults';
import { STAND_IN_KEY } from '../../../standin/server';
import { fakeInspection } from '../../loop/world';
import { editing, type Play, play, standInOf, virtualClock } from './lab';

const STAGES = 6;
const first = editing as Extract<typeof editing, (...args: never[]) => unknown>;

const ending = ({ study, log }: Awaited<ReturnType<typeof play>>) => ({
  program: study.experiments.map(({ program }) => program),
  titles: study.experiments.map(({ title, verdict }) => [title, verdict?.decision]),
  types: log.map(({ type }) => type),
});

async function played(fault?: Fault, at?: number, options: Play = {}) {
  // A study of one experiment: a first request that is asked again is the same conversation.
  const standIn = await standInOf({ script: (request) => first({ ...request, conversation: 1 }) });
  if (fault) standIn.faults.add(fault, { at: at! });
  const result = await play(standIn, options);
  expect(standIn.scriptErrors).toEqual([]);
  // A fault that is a 400 is told like a body that was refused.
  const given = fault?.kind === 'status' ? fault.message : undefined;
  expect(standIn.violations.filter((words) => words !== given)).toEqual([]);
  expect(standIn.faults.waiting).toBe(0);
  return { result, standIn };
}

it.each(Object.entries(PASSING_FAULTS))(
  '%s at any stage leads to the same history',
  async (_, fault) => {
    const whole = ending((await played()).result);
    for (let at = 1; at <= STAGES; at++) {
      const options = fault.kind === 'stall' ? { stallMilliseconds: 150 } : {};
      const { result } = await played(fault, at, options);
      expect(ending(result), `at request ${at}`).toEqual(whole);
    }
  },
);

it('a program whose types are wrong is repaired like one that does not trace', async () => {
  const whole = ending((await played()).result);
  const traced: string[] = [];
  const { result } = await played(undefined, undefined, {
    instruments: {
      inspect: async (program) => {
        traced.push(program.model);
        return fakeInspection(program);
      },
      types: async ({ model }) =>
        model.includes('oops')
          ? [{ file: 'model.ts', line: 1, column: 20, code: 2304, message: "no 'oops'" }]
          : [],
    },
  });
  expect(ending(result)).toEqual(whole);
  const answers = result.told.flatMap((event) => (event.type === 'tool-answered' ? [event] : []));
  expect(answers[2]).toMatchObject({ tool: 'check', ok: false });
  expect(answers[2]!.text).toContain('It fails (types) at model.ts:1:20');
  expect(answers[2]!.text).toContain('7 of 8 repairs are left');
  // Types come first: what they turn down is not traced.
  expect(traced.length).toBeGreaterThan(0);
  expect(traced.join()).not.toContain('oops');
});

it('goes on where types cannot be checked, and says so to the model', async () => {
  const whole = ending((await played()).result);
  const { result } = await played(undefined, undefined, {
    instruments: {
      types: async () => {
        throw new Error('the worker that checks types ended unexpectedly');
      },
    },
  });
  expect(ending(result)).toEqual(whole);
  const checks = result.told.flatMap((event) =>
    event.type === 'tool-answered' && event.tool === 'check' ? [event] : [],
  );
  expect(checks.map(({ ok }) => ok)).toEqual([false, true]);
  expect(checks[1]!.text).toContain('Its types could not be checked');
});

it('waits as long as the server asks, and shows each second of it', async () => {
  const clock = virtualClock();
  const { result } = await played(faults.rateLimited(7), 2, { clock });
  expect(clock.waited).toBe(7500);
  const waits = result.told.flatMap((event) =>
    event.type === 'waiting' ? [event.secondsLeft] : [],
  );
  expect(waits).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
});

it.each(Object.entries(LASTING_FAULTS))(
  '%s stops the study and says that the key is gone',
  async (_, fault) => {
    const { result } = await played(fault, 3);
    expect(result.study.status).toBe('stopped');
    expect(result.study.ending).toContain('does not take this key');
    expect(result.log.map(({ type }) => type)).not.toContain('researcher-failed');
  },
);

it('strikes the key out of what a server says', async () => {
  const message = `no such key: ${STAND_IN_KEY}`;
  const { result } = await played({ kind: 'status', status: 401, message }, 2);
  expect(result.study.ending).toContain('no such key: [key]');
  expect(JSON.stringify([result.log, result.told])).not.toContain(STAND_IN_KEY);
});

it('stops at once when it is aborted, in a reply and in a wait', async () => {
  for (const type of ['thinking', 'waiting'] as const) {
    const standIn = await standInOf({ script: editing, pace: { perEventMs: 5 } });
    if (type === 'waiting') standIn.faults.add(faults.rateLimited(3600), { at: 2 });
    const stop = new AbortController();
    const result = await play(standIn, {
      signal: stop.signal,
      tell: (event) => {
        if (event.type === type) stop.abort();
      },
    });
    expect(result.study).toMatchObject({ status: 'stopped', ending: 'stopped by hand' });
    expect(result.study.experiments).toHaveLength(1);
  }
});

it.each([
  [{ tokens: 10_000 }, 'cap of 10000 tokens'],
  [{ dollars: 0.01 }, 'cap of $0.01'],
  [{ experiments: 1 }, 'cap of 1 experiments'],
  [{ hours: 1e-9 }, 'cap of 1e-9 hours'],
])('ends gently at a cap: %o', async (caps, words) => {
  const standIn = await standInOf({ script: editing });
  const clock = virtualClock();
  let looks = 0;
  const ticking = { ...clock, now: () => clock.now() + 10 * looks++ };
  const { study } = await play(standIn, { caps, experiments: 3, clock: ticking });
  expect(study.status).toBe('finished');
  expect(study.ending).toContain(words);
});
