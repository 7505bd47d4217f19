import { expect, it } from 'vitest';
import { createMemoryDesks } from '../../../../../src/agent/researchers/claude';
import { Meter } from '../../../../../src/agent/researchers/claude/meter';
import { LASTING_FAULTS, PASSING_FAULTS } from '../../../../standin/every-fault';
import { type Fault, faults } from '../../../../standin/faults';
import { STAND_IN_KEY } from '../../../../standin/server';
import { scoring } from '../../../loop/world';
import { standInOf, virtualClock } from '../lab';
import { type PlayedRoles, playRoles, type RolesPlay, willing } from './lab';

/** In the order of their requests: the director, the critic before and after the trial, the director again. */
const QUESTIONS = 4;

const ending = ({ study, log, objections, remarks, directed }: PlayedRoles) => ({
  programs: study.experiments.map(({ program }) => program),
  verdicts: study.experiments.map(({ title, verdict }) => [title, verdict?.decision]),
  types: log.map(({ type }) => type),
  insights: study.insights,
  objections,
  remarks,
  directed,
});

async function played(fault?: Fault, at?: number, options: RolesPlay = {}) {
  const standIn = await standInOf({ script: willing });
  if (fault) standIn.faults.add(fault, { at: at! });
  const result = await playRoles(standIn, options);
  expect(standIn.scriptErrors).toEqual([]);
  const given = fault?.kind === 'status' ? fault.message : undefined;
  expect(standIn.violations.filter((words) => words !== given)).toEqual([]);
  expect(standIn.faults.waiting).toBe(0);
  return { result, standIn };
}

it.each(Object.entries(PASSING_FAULTS))(
  '%s at any question leads to the same history',
  async (_, fault) => {
    const whole = ending((await played()).result);
    expect(whole.insights).toHaveLength(1);
    expect(whole.directed).toHaveLength(2);
    for (let at = 1; at <= QUESTIONS; at++) {
      const options = fault.kind === 'stall' ? { stallMilliseconds: 150 } : {};
      const { result } = await played(fault, at, options);
      expect(ending(result), `at request ${at}`).toEqual(whole);
    }
  },
);

it.each(Object.entries(LASTING_FAULTS))(
  '%s stops no study: the proposal goes unread',
  async (_, fault) => {
    const { result } = await played(fault, 2);
    expect(result.study).toMatchObject({ status: 'finished' });
    expect(result.study.experiments).toHaveLength(2);
    expect(result.remarks).toEqual([
      expect.stringContaining('The critic could not read it: the API does not take this key'),
    ]);
  },
);

it('goes on without an insight, and without directions, where none can be had', async () => {
  const learning = (await played(faults.unauthorized(), 3)).result;
  expect(learning.study.insights).toEqual([]);
  expect(learning.told).toContainEqual({
    type: 'asked-again',
    reason: expect.stringContaining('no insight: the API does not take this key'),
  });
  const directing = (await played(faults.unauthorized(), 1)).result;
  expect(directing.directed[0]).toEqual([expect.stringContaining('none: the API')]);
  expect(directing.study.experiments).toHaveLength(2);
});

it('does not wait for a service that asks for longer than a study should wait', async () => {
  const clock = virtualClock();
  const { result } = await played(faults.rateLimited(3600), 2, { clock });
  expect(clock.waited).toBe(0);
  expect(result.remarks[0]).toContain('no answer came within 5 minutes: 429');
  expect(result.study.experiments).toHaveLength(2);
});

it('gives up an answer that never becomes usable', async () => {
  const standIn = await standInOf({ script: () => 'I would rather talk.' });
  const { remarks, study } = await playRoles(standIn);
  expect(remarks).toEqual(['The critic could not read it: 6 replies in a row held no answer']);
  expect(study.experiments).toHaveLength(2);
  expect(standIn.violations).toEqual([]);
});

it('stops at once when it is aborted', async () => {
  const standIn = await standInOf({ script: willing, pace: { perEventMs: 5 } });
  const { createClaudeCritic } = await import('../../../../../src/agent/researchers/claude/roles');
  const stop = new AbortController();
  const critic = createClaudeCritic({
    key: STAND_IN_KEY,
    baseURL: standIn.url,
    tell: ({ type }) => type === 'asking' && stop.abort(new Error('stopped by hand')),
  });
  const { study } = (await played()).result;
  const reading = critic.read(study.experiments[1]!, study, stop.signal);
  await expect(reading).rejects.toThrow('stopped by hand');
});

it('counts in the meter of the study, and asks for nothing beyond its caps', async () => {
  const meter = new Meter();
  const standIn = await standInOf({ script: willing });
  const store = createMemoryDesks();
  await playRoles(standIn, { meter, store });
  await meter.keep();
  expect(JSON.parse((await store.load('study-1', 'meter'))!).requests).toBe(QUESTIONS);
  expect(meter.spent.requests).toBe(QUESTIONS);
  expect(meter.spent.dollars).toBeGreaterThan(0);
  const before = standIn.requests.length;
  const caps = { dollars: meter.spent.dollars };
  const { study, remarks, directed } = await playRoles(standIn, { meter, caps });
  expect(standIn.requests).toHaveLength(before);
  expect(study.experiments).toHaveLength(2);
  expect(remarks[0]).toContain('the cap of $');
  expect(directed[0]![0]).toContain('the cap of $');
});

it('takes a cap on experiments as the loop takes it: the last one is still learned from', async () => {
  const standIn = await standInOf({ script: willing });
  const { study } = await playRoles(standIn, {
    caps: { experiments: 1 },
    programs: [scoring(2.9)],
  });
  expect(study.insights).toHaveLength(1);
});

it('holds the key in a header and nowhere else, also where the server repeats it', async () => {
  const message = `no such key: ${STAND_IN_KEY}`;
  const { result, standIn } = await played({ kind: 'status', status: 401, message }, 2);
  expect(result.remarks[0]).toContain('no such key: [key]');
  expect(JSON.stringify(result)).not.toContain(STAND_IN_KEY);
  for (const place of standIn.placesOf(STAND_IN_KEY))
    expect(place).toMatch(/header (authorization|x-api-key)$/);
});
