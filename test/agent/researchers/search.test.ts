import { describe, expect, it } from 'vitest';
import { foldStudy, incumbentOf } from '../../../src/agent/history/fold';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import { createLocalResearcher, EDITS } from '../../../src/agent/researchers/local';
import { isKept, lineageOf } from '../../../src/agent/researchers/local/lineage';
import { nextValue, numberIn, type Tried } from '../../../src/agent/researchers/local/numbers';
import { createRandomResearcher } from '../../../src/agent/researchers/random';
import type { Researcher, Study, StudyEvent } from '../../../src/agent/study';
import { PRESETS } from '../../../src/model/programs';
import { TASK } from '../fixtures';
import { run } from '../loop/world';
import { LandscapeRunner, landscapeScore } from './landscape';

const baseline = PRESETS[0].source;
const signal = new AbortController().signal;

/** A whole study in the made-up world, with so many trials. */
async function searched(researcher: Researcher, id: string, most = 150, brief?: string) {
  const events: StudyEvent[] = [];
  const runner = new LandscapeRunner();
  const abort = new AbortController();
  const study = await run({
    runner,
    researcher,
    study: { id, task: TASK, taskId: '', baseline, ...(brief !== undefined && { brief }) },
    history: createMemoryHistory(),
    limits: { experiments: 60 },
    signal: abort.signal,
    onEvent: (event) => {
      events.push(event);
      if (runner.ended.length >= most) abort.abort();
    },
  });
  return { study, events, best: landscapeScore(incumbentOf(study)!.program) };
}

const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b) / numbers.length;

describe('a whole search in a made-up world', () => {
  const ids = ['study-1', 'study-2', 'study-3'];
  const local = Promise.all(ids.map((id) => searched(createLocalResearcher(), id)));

  it('beats random search with the same edits and the same number of trials', async () => {
    const found = (await local).map(({ best }) => best);
    const random = await Promise.all(ids.map((id) => searched(createRandomResearcher(), id)));
    const start = landscapeScore(baseline);
    const gains = found.map((best) => start - best);
    expect(Math.min(...gains)).toBeGreaterThan(0.4);
    expect(mean(gains)).toBeGreaterThan(mean(random.map(({ best }) => start - best)) + 0.1);
  }, 120_000);

  it('proposes the same again for every beginning of its log', async () => {
    const { events } = (await local)[0]!;
    const proposals = events.flatMap((event, at) =>
      event.type === 'experiment-proposed' && at > 5 ? [{ event, at }] : [],
    );
    for (const { event, at } of proposals.filter((_, i) => i % 6 === 0)) {
      const again = await createLocalResearcher().propose(foldStudy(events.slice(0, at)), signal);
      expect(again).toEqual(event.proposal);
    }
  });

  it('searches on along numbers, joins near misses, and goes back when stuck', async () => {
    const studies = (await local).map(({ study }) => study);
    const all = studies.flatMap(({ experiments }) => experiments);
    const kinds = all.map(({ kind }) => kind);
    expect(kinds).toContain('combination');
    expect(kinds).toContain('restart');
    expect(all.some(({ hypothesis }) => / goes on in that direction/.test(hypothesis))).toBe(true);
    expect(all.some(({ hypothesis }) => /looks on the other side/.test(hypothesis))).toBe(true);
    for (const study of studies) expectSound(study);
  });
});

/** What holds for every study, whatever was found. */
function expectSound(study: Study): void {
  const line = new Set(lineageOf(study).map(({ id }) => id));
  for (const experiment of study.experiments.slice(1)) {
    const { kind, parent, title, hypothesis, number } = experiment;
    const before = study.experiments[Number(parent)]!;
    expect(before.number).toBeLessThan(number);
    if (kind === 'combination') {
      expect(title).toMatch(/^together: .+ \+ .+/);
      expect(hypothesis.match(/\(experiment \d+\)/g)?.length).toBeGreaterThan(1);
    }
    if (kind === 'restart') expect(title).toMatch(/^(back to \d+|at once): /);
    if (isKept(experiment) && kind !== 'restart') expect(parent).not.toBeNull();
  }
  expect(line.has('0')).toBe(true);
}

describe('the brief', () => {
  it('keeps what it freezes, stays within its limits, and leaves out what it avoids', async () => {
    const brief = [
      '# What I want',
      'Find out about attention.',
      '- freeze: optimizer.ts, config.layers',
      '- avoid: init, dropout',
      '- prefer: size',
      'max parameters: 20k',
    ].join('\n');
    const { study } = await searched(createLocalResearcher(), 'study-brief', 40, brief);
    const layers = EDITS.find(({ kind }) => kind === 'layers')!;
    const width = EDITS.find(({ kind }) => kind === 'width')!;
    expect(study.experiments.length).toBeGreaterThan(8);
    for (const { program, kind } of study.experiments) {
      expect(program.optimizer).toBe(baseline.optimizer);
      expect(numberIn(layers, program)).toBe(1);
      expect(numberIn(width, program)).toBeLessThanOrEqual(Math.sqrt(2000));
      expect(kind).not.toBe('dropout');
      expect(EDITS.find((edit) => edit.kind === kind)?.family).not.toBe('init');
    }
    const early = study.experiments.slice(1, 6).map(({ kind }) => kind);
    const families = early.map((kind) => EDITS.find((edit) => edit.kind === kind)?.family);
    expect(families.filter((family) => family === 'size').length).toBeGreaterThan(2);
  });
});

describe('the search along a number', () => {
  const tried = (from: number, to: number, outcome: Tried['outcome']): Tried => ({
    from,
    to,
    outcome,
    gain: outcome === 'failed' ? -0.1 : 0.1,
    experiment: 3,
  });
  const value = (present: number, list: Tried[]) => {
    const next = nextValue(present, list);
    return next === null || next === 'done' ? next : Number(next.value.toPrecision(3));
  };

  it('has nothing to go by at first', () => expect(nextValue(16, [])).toBeNull());

  it('goes on after a step that helped, or nearly did', () => {
    expect(value(32, [tried(16, 32, 'better')])).toBe(64);
    expect(value(0.01, [tried(0.01, 0.02, 'promising')])).toBe(0.0283);
  });

  it('turns round after a step that failed', () => {
    expect(value(0.01, [tried(0.01, 0.02, 'failed')])).toBe(0.005);
  });

  it('closes in between two values that failed, until the gap is small', () => {
    expect(value(32, [tried(16, 32, 'better'), tried(32, 64, 'failed')])).toBe(45.3);
    const three = [tried(16, 32, 'better'), tried(32, 64, 'failed'), tried(32, 45, 'failed')];
    expect(value(32, three)).toBe(22.6);
    expect(value(10, [tried(10, 12, 'failed'), tried(10, 9, 'failed')])).toBe('done');
  });

  it('measures a share near 1 by what is missing to 1', () => {
    expect(value(0.9, [tried(0.8, 0.9, 'better')])).toBe(0.95);
  });
});
